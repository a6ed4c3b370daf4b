import "@polkadot/api/augment";
import type { ApiPromise } from "@polkadot/api";

/**
 * Tells why an extrinsic in a block failed, such as `assets.NoAccount: …`, for people to read;
 * `undefined` if it succeeded. Rests on the node's own metadata and word, and decides nothing.
 * @param block hash in hex
 * @param extrinsic in hex, with its length prefix
 */
export const failureOf = async (api: ApiPromise, block: string, extrinsic: string): Promise<string | undefined> => {
  const { block: body } = await api.rpc.chain.getBlock(block);
  const index = body.extrinsics.findIndex((one) => one.toHex() === extrinsic);
  const at = await api.at(block);
  for (const { phase, event } of await at.query.system.events()) {
    if (!phase.isApplyExtrinsic || phase.asApplyExtrinsic.toNumber() !== index) continue;
    if (!at.events.system.ExtrinsicFailed.is(event)) continue;
    const [error] = event.data;
    if (!error.isModule) return error.toString();
    const { section, name, docs } = at.registry.findMetaError(error.asModule);
    return `${section}.${name}: ${docs.join(" ")}`;
  }
  return undefined;
};
