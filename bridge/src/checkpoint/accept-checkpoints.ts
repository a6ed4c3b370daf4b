/** Decides which checkpoint an enclave goes by from now on (PROTOCOL 6). */
import { equal } from "@pdiem/light-client/bytes";
import { encode, vector } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import { type BridgeConfig, bridgeId } from "../config/bridge-config.js";
import { type Guardians, type Signers, signers as signersCodec } from "../config/guardians.js";
import { RefusedError } from "../error.js";
import type { ParachainFacts } from "../facts/facts.js";
import type { Proven } from "../facts/verify-facts.js";
import { decisionMessage } from "../governance/decision.js";
import { verifySomeSigners } from "../governance/guardian-signature.js";
import type { SignedDecision } from "../governance/signed-decision.js";
import { MAX_TOLD_CHECKPOINTS } from "../ledger/journal-entry.js";
import { checkContains, checkSpecVersion, checkVouchingSet } from "./check-checkpoint.js";
import { type Checkpoint, checkpointMessage, isSameCheckpoint, MAX_SIGNER_SETS } from "./checkpoint.js";
import type { KeptCheckpoint } from "./kept-checkpoint.js";
import type { CheckpointStep, SignedCheckpoint } from "./signed-checkpoint.js";

/** Where checkpoints are accepted: a proven block, and who the guardians are at it. */
export interface AcceptedAt extends Proven<ParachainFacts> {
  /** Guardians in force at that block, from `guardiansInForce`. */
  readonly guardians: Guardians;
}

/** What the next checkpoint is judged by: the kept one, or the configuration. */
type Predecessor = Pick<Checkpoint, "time" | "signers"> & {
  readonly epoch: bigint;
  readonly setId: bigint;
};

const signersOf = ({ keys, threshold }: Guardians): Signers => ({ keys, threshold });

const predecessorOf = ({ diem, relay, time, signers }: Checkpoint): Predecessor => ({
  epoch: diem.epoch,
  setId: relay.setId,
  time,
  signers,
});

const firstOf = ({ relay, rootsTime, guardians }: BridgeConfig): Predecessor => ({
  epoch: 0n,
  setId: relay.setId,
  time: rootsTime,
  signers: [signersOf(guardians)],
});

const refuse = (code: string, message: string, retry: "never" | "later" = "never"): never => {
  throw new RefusedError(`refused/${code}`, message, retry);
};

const namedSets = vector(signersCodec, MAX_SIGNER_SETS);

const isSameSigners = (a: Signers, b: Signers): boolean => equal(encode(signersCodec, a), encode(signersCodec, b));

const changesSigners = (before: Predecessor, { signers }: Checkpoint): boolean =>
  !equal(encode(namedSets, before.signers), encode(namedSets, signers));

/** Verifies a decision by those who are named, and by the guardians whom it brings, too. */
const broughtBy = (id: Uint8Array, named: readonly Signers[], { decision, warrant }: SignedDecision): Signers => {
  const change = decision.actions.find(({ type }) => type === "guardians");
  if (change?.type !== "guardians" || warrant.type !== "signatures")
    throw new ProofError("proof/succession", "expected a signed decision about other guardians");
  const brought = signersOf(change.value);
  const reached = verifySomeSigners([...named, brought], decisionMessage(id, decision), warrant.value);
  if (!reached.includes(brought) || !reached.some((one) => named.includes(one)))
    throw new ProofError("proof/succession", "expected a decision signed by old and new guardians");
  return brought;
};

const checkRising = (before: Predecessor, { diem, relay, time }: Checkpoint): void => {
  if (time <= before.time)
    refuse("checkpoint-older", `expected a checkpoint later than ${before.time}, got one of ${time}`);
  if (diem.epoch < before.epoch || relay.setId < before.setId)
    refuse(
      "checkpoint-falling",
      `expected epoch ${before.epoch} and set ${before.setId} or later, got ${diem.epoch} and ${relay.setId}`,
    );
};

/** Verifies one step. @param last who must have signed as well, where it is the last one */
const verifyStep = (
  id: Uint8Array,
  before: Predecessor,
  { signed: { checkpoint, signatures }, decision }: CheckpointStep,
  last: Signers | undefined,
): void => {
  checkRising(before, checkpoint);
  const { signers } = before;
  const may = decision === undefined ? signers : [...signers, broughtBy(id, signers, decision)];
  const sets = last === undefined ? may : [...may, last];
  const reached = verifySomeSigners(sets, checkpointMessage(id, checkpoint), signatures);
  if (!reached.some((one) => may.includes(one)))
    throw new ProofError(
      "proof/guardian-threshold",
      "expected the checkpoint to be signed by those whom the one before names",
    );
  if (last !== undefined && !reached.includes(last))
    refuse("former-guardians", "expected the last checkpoint to be signed by the guardians in force", "later");
};

const checkLast = (config: BridgeConfig, last: Checkpoint, { guardians, own, facts, signers }: AcceptedAt): void => {
  const [first] = last.signers;
  if (first === undefined || !isSameSigners(first, signersOf(guardians)))
    refuse("former-guardians", "expected the last checkpoint to name the guardians in force first", "later");
  if (facts.time < last.time)
    refuse(
      "checkpoint-early",
      `expected a block no older than the checkpoint of ${last.time}, it is of ${facts.time}`,
      "later",
    );
  // By what runtime and by whose word the guardians were found counts as for anything that is
  // signed.
  checkSpecVersion(config, last, facts);
  checkVouchingSet(config, last, signers.setId);
  checkContains(own, last);
};

/** Leaves the steps after the kept checkpoint: another relayer may have shown the others. */
const stepsAfter = (kept: SignedCheckpoint | undefined, list: readonly CheckpointStep[]): readonly CheckpointStep[] => {
  if (kept === undefined) return list;
  return list.slice(list.findLastIndex(({ signed }) => isSameCheckpoint(signed.checkpoint, kept.checkpoint)) + 1);
};

/**
 * Accepts the last of a list of checkpoints, and remembers those at which the signers changed.
 * @param kept what the enclave goes by so far
 * @param list the oldest first, from the one after the kept one on
 * @throws RefusedError `refused/checkpoint-older`, `refused/checkpoint-falling`,
 * `refused/checkpoint-early`, `refused/checkpoint-sets`, `refused/former-guardians`,
 * `refused/spec-version`, `refused/before-checkpoint`; ProofError `proof/succession`, and those of
 * `verifySomeSigners`
 */
export const acceptCheckpoints = (
  config: BridgeConfig,
  kept: KeptCheckpoint,
  list: readonly CheckpointStep[],
  at: AcceptedAt,
): KeptCheckpoint => {
  const steps = stepsAfter(kept.checkpoint, list);
  const last = steps.at(-1)?.signed;
  if (last === undefined) return kept;
  const id = bridgeId(config);
  const inForce = signersOf(at.guardians);
  const changes = [...kept.changes];
  let before = kept.checkpoint === undefined ? firstOf(config) : predecessorOf(kept.checkpoint.checkpoint);
  for (const step of steps) {
    verifyStep(id, before, step, step.signed === last ? inForce : undefined);
    if (changesSigners(before, step.signed.checkpoint)) changes.push(step.signed);
    before = predecessorOf(step.signed.checkpoint);
  }
  checkLast(config, last.checkpoint, at);
  return { checkpoint: last, changes: changes.slice(-MAX_TOLD_CHECKPOINTS) };
};
