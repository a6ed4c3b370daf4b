import type { FinalityStep } from "@pdiem/bridge/facts/proof-bundle";
import { decode } from "@pdiem/light-client/codec/scale";
import { isPdiemError } from "@pdiem/light-client/error";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type Finality, type GrandpaState, verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import type { VerifiedRelayHeader } from "@pdiem/light-client/polkadot/finality/verified-relay-header";
import { RpcError } from "../../error.js";
import { headerOf, newestFinalized, proveFinality } from "./substrate-node.js";
import type { SubstrateNode } from "./substrate-rpc.js";

/** A way that verifies from one state of the light client to another, oldest step first. */
export interface FinalityPath {
  readonly steps: readonly FinalityStep[];
  readonly state: GrandpaState;
  /** The last step's block. */
  readonly verified: VerifiedRelayHeader;
  /** False where more steps lead on than were allowed. */
  readonly isLatest: boolean;
}

/** One step from a state of the light client to the next. */
export interface FinalityWalk extends Finality {
  readonly from: GrandpaState;
  readonly step: FinalityStep;
}

const missing = (what: string): never => {
  throw new RpcError("rpc/missing", `expected the relay chain node to have ${what}`, "backoff");
};

const walk = async ({ call, observed }: SubstrateNode, state: GrandpaState, height: number): Promise<FinalityWalk> => {
  const proof = (await proveFinality(call, height)) ?? missing(`a finality proof of block ${height}`);
  const { block, unknownHeaders } = decode(finalityProof, proof);
  const header =
    unknownHeaders.length > 0
      ? undefined
      : ((await headerOf(call, block)) ?? missing("the header of the block that it proves final")).encoded;
  const step = { proof, header };
  try {
    const to = verifyFinality(state, { finalityProof: proof, header });
    observed({ ...step, accepted: { from: state, to } });
    return { from: state, step, ...to };
  } catch (error) {
    // What is refused here may be another fork that the authorities vouch for.
    observed(step);
    throw error;
  }
};

const tryDirect = async (
  node: SubstrateNode,
  state: GrandpaState,
  height: number,
): Promise<FinalityWalk | undefined> => {
  try {
    return await walk(node, state, height);
  } catch (error) {
    if (isPdiemError(error) && error.code === "proof/conflicting-finality") throw error;
    // Signed by a later set than the state's: the way there leads over the last block of each set
    // between.
    if (isPdiemError(error) && error.code.startsWith("proof/")) return undefined;
    throw error;
  }
};

/**
 * Proves the relay chain's newest finalized block from `state` on, across any number of changes of
 * its authorities. Every step is verified here, so a node that lies is found out before anything
 * rests on it. Votes stay as they came: whatever the network's own verifier takes, the enclave
 * takes.
 * @param maxSteps the longest path to return; the rest is asked for again from the state returned
 * @param onStep told of each step once it is verified
 * @throws RpcError `rpc/behind` for a node that has finalized less than is proven already;
 * ProofError of `verifyFinality`
 */
export const collectFinality = async (
  node: SubstrateNode,
  state: GrandpaState,
  maxSteps: number,
  onStep: (walked: FinalityWalk) => void = () => undefined,
): Promise<FinalityPath> => {
  const { call } = node;
  const head = (await newestFinalized(call, state.finalized.number)) ?? missing("its own finalized head");
  if (head.number < state.finalized.number)
    throw new RpcError(
      "rpc/behind",
      `expected a relay chain node that has finalized block ${state.finalized.number}, this one is at ${head.number}`,
      "backoff",
    );
  const direct = await tryDirect(node, state, head.number);
  if (direct !== undefined) {
    onStep(direct);
    const { state: reached, verified, step } = direct;
    return { state: reached, verified, steps: [step], isLatest: true };
  }

  const steps: FinalityStep[] = [];
  let reached: GrandpaState = state;
  for (;;) {
    const walked = await walk(node, reached, reached.finalized.number + 1);
    const { state: next, verified, step } = walked;
    steps.push(step);
    onStep(walked);
    const isLatest = next.setId === reached.setId || next.finalized.number >= head.number;
    if (isLatest || steps.length >= maxSteps) return { steps, state: next, verified, isLatest };
    reached = next;
  }
};
