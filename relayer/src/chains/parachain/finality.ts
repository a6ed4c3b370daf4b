import type { FinalityStep } from "@pdiem/bridge/facts/proof-bundle";
import { decode, u64 } from "@pdiem/light-client/codec/scale";
import { verifyAhead } from "@pdiem/light-client/crypto/ed25519";
import { isPdiemError } from "@pdiem/light-client/error";
import { readFinality } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { finalitySignatures } from "@pdiem/light-client/polkadot/finality/finality-signatures";
import { type Finality, type GrandpaState, verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import type { VerifiedRelayHeader } from "@pdiem/light-client/polkadot/finality/verified-relay-header";
import { hasVotesOf } from "@pdiem/light-client/polkadot/finality/vote-tally";
import { storagePrefix } from "@pdiem/light-client/polkadot/trie/storage-key";
import { RpcError } from "../../error.js";
import { askStep, type ExpectedSet } from "./finality-step.js";
import { newestFinalized, storageOf } from "./substrate-node.js";
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
  /** Id of the set that the node says is in force, where it says so. How far there is to go. */
  readonly latestSetId: bigint | undefined;
}

/** Where a node's chain ends. */
interface Head {
  readonly number: number;
  readonly hash: Uint8Array;
}

const CURRENT_SET_ID = storagePrefix("Grandpa", "CurrentSetId");

/** Told only, and so never a reason to fail. */
const currentSetId = async ({ call }: SubstrateNode, { hash }: Head): Promise<bigint | undefined> => {
  try {
    const value = await storageOf(call, CURRENT_SET_ID, hash);
    return value === undefined ? undefined : decode(u64, value);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const headOf = async ({ call }: SubstrateNode, least: number): Promise<Head> => {
  const head = await newestFinalized(call, least);
  if (head !== undefined) return head;
  throw new RpcError("rpc/missing", "expected the relay chain node to have its own finalized head", "backoff");
};

interface Place {
  readonly state: GrandpaState;
  readonly head: Head;
  readonly latestSetId?: bigint | undefined;
}

const take = async (node: SubstrateNode, { state, latestSetId }: Place, step: FinalityStep): Promise<FinalityWalk> => {
  await verifyAhead(finalitySignatures(state, { finalityProof: step.proof, header: step.header }), false);
  try {
    const to = verifyFinality(state, { finalityProof: step.proof, header: step.header });
    node.observed({ ...step, latestSetId, accepted: { from: state, to } });
    return { from: state, step, latestSetId, ...to };
  } catch (error) {
    // What is refused here may be another fork that the authorities vouch for.
    node.observed(step);
    throw error;
  }
};

const tryDirect = async (node: SubstrateNode, place: Place): Promise<FinalityWalk | undefined> => {
  const { step } = await askStep(node, place.head.number, place.head.number);
  const { justification } = readFinality({ finalityProof: step.proof, header: step.header });
  // To find out by all votes that they are another set's is costly.
  if (!hasVotesOf(place.state, justification)) {
    node.observed(step);
    return undefined;
  }
  try {
    return await take(node, place, step);
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
  const head = await headOf(node, state.finalized.number);
  if (head.number < state.finalized.number)
    throw new RpcError(
      "rpc/behind",
      `expected a relay chain node that has finalized block ${state.finalized.number}, this one is at ${head.number}`,
      "backoff",
    );
  const direct = await tryDirect(node, { state, head });
  if (direct !== undefined) {
    onStep(direct);
    const { state: reached, verified, step } = direct;
    return { state: reached, verified, steps: [step], isLatest: true };
  }

  const latestSetId = await currentSetId(node, head);
  const steps: FinalityStep[] = [];
  let reached: GrandpaState = state;
  let expected: ExpectedSet | undefined;
  for (;;) {
    const { step } = await askStep(node, reached.finalized.number + 1, head.number, expected);
    const walked = await take(node, { state: reached, head, latestSetId }, step);
    const { state: next, verified } = walked;
    steps.push(step);
    onStep(walked);
    const isLatest = next.setId === reached.setId || next.finalized.number >= head.number;
    if (isLatest || steps.length >= maxSteps) return { steps, state: next, verified, isLatest };
    expected = { set: next, blocks: next.finalized.number - reached.finalized.number };
    reached = next;
  }
};
