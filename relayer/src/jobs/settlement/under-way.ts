import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import type { SignedBatchData } from "../jobs.js";

/**
 * Tells whether a signed batch can still be included: in its era, and under the runtime that it was
 * signed for. Under any other its signature is void, however often it is handed in.
 */
export const isUnderWay = (
  { block, specVersion }: Pick<BridgeView, "block" | "specVersion">,
  batch: Pick<SignedBatchData, "birth" | "period" | "specVersion">,
): boolean => {
  if (block.number >= batch.birth + batch.period) return false;
  const isKnown = specVersion !== undefined && batch.specVersion !== undefined;
  return !isKnown || specVersion === batch.specVersion || block.number < batch.birth;
};
