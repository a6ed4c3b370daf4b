import type { BatchEncoding } from "@pdiem/bridge/custody/batch-format";
import { transactionVersion } from "../chains/parachain/substrate-node.js";
import type { Clients } from "../sync/clients.js";

/**
 * Says how the parachain's runtime encodes a batch: as pinned, or by a proof of its metadata.
 * The transaction version is a node's word: under another one what is signed is void.
 * @param specVersion of the block that the batch rests on
 * @throws RpcError `rpc/metadata` where the nodes' metadata proves nothing
 */
export const batchEncoding = async (
  { config, parachain, metadata }: Pick<Clients, "config" | "parachain" | "metadata">,
  specVersion: number,
): Promise<BatchEncoding> => {
  const { profile } = config.parachain;
  if (profile?.specVersion === specVersion) return { transactionVersion: profile.transactionVersion, proof: undefined };
  return { transactionVersion: await parachain.run(transactionVersion), proof: await metadata.proofFor(specVersion) };
};
