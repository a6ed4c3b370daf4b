/** How the parachain's runtime encodes batches, as a relayer tells an enclave. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { ExtrinsicEncoding } from "@pdiem/enclave/wire/signing";
import { keepMetadata } from "@pdiem/relayer/chains/metadata-keeper";
import { transactionVersion } from "@pdiem/relayer/chains/parachain/substrate-node";
import type { Devnet } from "./devnet.js";
import { rpcOf } from "./rpc.js";

/** By the pinned profile where there is one, else by a proof of the runtime's types. */
export const batchEncoding = async (devnet: Devnet, config: BridgeConfig): Promise<ExtrinsicEncoding> => {
  const { profile, specVersion } = config.parachain;
  if (profile !== undefined) return { transactionVersion: profile.transactionVersion, proof: undefined };
  const parachain = rpcOf(devnet.assetHub.url);
  const { relay: state } = initialLightClientState(config);
  const keeper = keepMetadata({ config, parachain, relay: rpcOf(devnet.relay.url), relayState: () => state });
  await devnet.finalizeBest();
  return { transactionVersion: await parachain.run(transactionVersion), proof: await keeper.proofFor(specVersion) };
};
