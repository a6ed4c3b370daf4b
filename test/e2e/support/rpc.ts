/** Asking the devnet's nodes as a relayer does. */
import { createSubstrateRpc, type SubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";

export const RPC_BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 64_000_000 };

export const rpcOf = (url: string): SubstrateRpc => createSubstrateRpc(createEndpoints([url]), RPC_BOUNDS);
