import type { FinalityStep } from "@pdiem/bridge/facts/proof-bundle";
import { askStep } from "./finality-step.js";
import type { SubstrateNode } from "./substrate-rpc.js";

/** What a list of steps may have, so that a request with it fits the enclave's door. */
export interface StepBounds {
  readonly count: number;
  readonly bytes: number;
}

/** A quarter of what the enclave's door takes: of 600 authorities each, some 50 steps. */
const MOST_BYTES = 4 * 1024 * 1024;

const sizeOf = ({ proof, header }: FinalityStep): number => proof.length + (header?.length ?? 0);

/**
 * Collects the steps over the last blocks of the authority sets between two blocks, oldest first:
 * what a light client needs that lags behind. Not verified here, as the authorities at `from`
 * aren't known: who lags verifies them.
 * @param to the node's finalized block, or one below
 * @param bounds the longest list to return, one step at least; the rest is asked for again from
 * where it ends
 */
export const collectSetEnds = async (
  node: Pick<SubstrateNode, "begin" | "call" | "url">,
  from: number,
  to: number,
  { count, bytes = MOST_BYTES }: Pick<StepBounds, "count"> & Partial<StepBounds>,
): Promise<readonly FinalityStep[]> => {
  const steps: FinalityStep[] = [];
  let size = 0;
  for (let at = from; at < to && steps.length < count; ) {
    const { step, target, announces } = await askStep(node, at + 1, to);
    size += sizeOf(step);
    if (!announces || (steps.length > 0 && size > bytes)) break;
    steps.push(step);
    at = Math.max(at + 1, target.number);
  }
  return steps;
};
