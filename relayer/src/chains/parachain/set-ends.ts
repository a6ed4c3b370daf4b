import type { FinalityStep } from "@pdiem/bridge/facts/proof-bundle";
import type { LightClientStatus } from "@pdiem/enclave/wire/light-client-status";
import type { Header } from "@pdiem/light-client/polkadot/finality/header";
import { setChange } from "@pdiem/light-client/polkadot/finality/set-change";
import { askStep, type ExpectedSet } from "./finality-step.js";
import type { SubstrateNode } from "./substrate-rpc.js";

/** What a list of steps may have, so that a request with it fits the enclave's door. */
export interface StepBounds {
  readonly count: number;
  readonly bytes: number;
}

/** Bytes of steps: a quarter of what the enclave's door takes, some 50 sets of 600 authorities. */
const MOST_BYTES = 4 * 1024 * 1024;

const sizeOf = ({ proof, header }: FinalityStep): number => proof.length + (header?.length ?? 0);

const setFrom = (last: Header, setId: bigint, blocks: number): ExpectedSet | undefined => {
  const announced = setChange(last);
  return announced === undefined
    ? undefined
    : { set: { setId, authorities: announced.change.nextAuthorities }, blocks };
};

/**
 * Collects the steps over the last blocks of the authority sets between two blocks, oldest first.
 * What a light client needs that lags behind. Not verified here, as the authorities at `from`
 * aren't known: who lags verifies them.
 * @param from where the light client is
 * @param to the node's finalized block, or one below
 * @param bounds the longest list to return, one step at least; the rest is asked for again from
 * where it ends
 */
export const collectSetEnds = async (
  node: Pick<SubstrateNode, "begin" | "call" | "url">,
  from: Pick<LightClientStatus["relay"], "number" | "setId">,
  to: number,
  { count, bytes = MOST_BYTES }: Pick<StepBounds, "count"> & Partial<StepBounds>,
): Promise<readonly FinalityStep[]> => {
  const steps: FinalityStep[] = [];
  let size = 0;
  let expected: ExpectedSet | undefined;
  for (let at = from.number; at < to && steps.length < count; ) {
    const { step, target, announces } = await askStep(node, at + 1, to, expected);
    size += sizeOf(step);
    if (!announces || (steps.length > 0 && size > bytes)) break;
    steps.push(step);
    expected = setFrom(target, from.setId + BigInt(steps.length), target.number - at);
    at = Math.max(at + 1, target.number);
  }
  return steps;
};
