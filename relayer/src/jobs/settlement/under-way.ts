import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import type { SignedBatchData } from "../jobs.js";

/** Tells whether a signed batch's era has ended. */
export const hasEnded = (
  { block }: Pick<BridgeView, "block">,
  { birth, period }: Pick<SignedBatchData, "birth" | "period">,
): boolean => block.number >= birth + period;

/**
 * Tells whether a signed batch can still be included. It must be in its era, and under the runtime
 * that it was signed for. Under any other its signature is void, however often it is handed in.
 */
export const isUnderWay = (
  view: Pick<BridgeView, "block" | "specVersion">,
  batch: Pick<SignedBatchData, "birth" | "period" | "specVersion">,
): boolean => {
  if (hasEnded(view, batch)) return false;
  const isKnown = view.specVersion !== undefined && batch.specVersion !== undefined;
  return !isKnown || view.specVersion === batch.specVersion || view.block.number < batch.birth;
};
