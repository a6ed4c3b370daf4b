/**
 * What an enclave may sign under its checkpoint (PROTOCOL 6). What counts is who signed the facts,
 * not who was named.
 */
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { Facts, ParachainFacts } from "../facts/facts.js";
import { hasAuthoritiesHash, hasEpochHash, type OwnSets } from "../facts/own-sets.js";
import { specVersionOf } from "../facts/parachain-state.js";
import type { Proven } from "../facts/verify-facts.js";
import type { Checkpoint } from "./checkpoint.js";

/** For how long a checkpoint lets anything be signed, ms. */
export const TERM = 14n * 24n * 3_600_000n;

/**
 * Computes the last proven time at which anything is signed, ms. What is signed then is void
 * `maxSkew` later: that, too, is within the term.
 * @param checkpoint the newest; undefined for the configuration
 */
export const termEnd = ({ rootsTime, maxSkew }: BridgeConfig, checkpoint: Checkpoint | undefined): bigint =>
  (checkpoint?.time ?? rootsTime) + TERM - maxSkew;

const refuse = (code: string, message: string): never => {
  throw new RefusedError(`refused/${code}`, message, "later");
};

/**
 * Checks that the checkpoint names the runtime whose storage is read and whose calls are made.
 * @throws RefusedError `refused/spec-version`, `refused/runtime`; ProofError `proof/not-shown`
 */
export const checkSpecVersion = (
  { parachain }: BridgeConfig,
  checkpoint: Pick<Checkpoint, "specVersions"> | undefined,
  facts: ParachainFacts,
): void => {
  const named = checkpoint?.specVersions ?? [parachain.specVersion];
  const version = specVersionOf(facts);
  if (!named.includes(version))
    refuse(
      "spec-version",
      `expected a runtime that guardians have vouched for, ${named.join(" or ")}, it is ${version}: ` +
        "they have to compare it and sign a checkpoint",
    );
};

/**
 * Checks that the block is vouched for by the checkpoint's authorities or later ones.
 * @param setId who justified the very block; undefined where nobody's signature was verified
 * @throws RefusedError `refused/before-checkpoint`
 */
export const checkVouchingSet = (
  { relay }: BridgeConfig,
  checkpoint: Pick<Checkpoint, "relay"> | undefined,
  setId: bigint | undefined,
): void => {
  const first = checkpoint?.relay.setId ?? relay.setId;
  if (setId === undefined || setId < first)
    refuse(
      "before-checkpoint",
      `expected a block justified by GRANDPA set ${first} or later, got ${setId ?? "none"}: prove a newer one`,
    );
};

const checkVouchingEpoch = (checkpoint: Checkpoint | undefined, epoch: bigint | undefined): void => {
  const first = checkpoint?.diem.epoch ?? 0n;
  if (epoch === undefined || epoch < first)
    refuse(
      "before-checkpoint",
      `expected a ledger info signed in epoch ${first} or later, got ${epoch ?? "none"}: prove a newer one`,
    );
};

/**
 * Checks that the light clients' own chains contain a checkpoint's sets.
 * @throws RefusedError `refused/checkpoint-sets`
 */
export const checkContains = (own: OwnSets, { diem, relay }: Pick<Checkpoint, "diem" | "relay">): void => {
  const missing = (what: string): never =>
    refuse(
      "checkpoint-sets",
      `expected the checkpoint's sets in the light clients' own chains, ${what} isn't: ` +
        "prove the newest state of both chains first; if that doesn't help, one of them is on a fork",
    );
  if (!hasEpochHash(own, diem.hash)) missing(`Diem's epoch ${diem.epoch}`);
  if (!hasAuthoritiesHash(own, relay.hash)) missing(`GRANDPA set ${relay.setId}`);
};

const checkTerm = (config: BridgeConfig, checkpoint: Checkpoint | undefined, time: bigint): void => {
  const end = termEnd(config, checkpoint);
  if (time > end)
    refuse(
      "checkpoint-lapsed",
      `expected a time up to ${end}, where the last checkpoint's term ends, it is ${time}: guardians have to sign a newer one`,
    );
};

/**
 * Checks that what rests on a block alone may be signed: a decision batch.
 * @param checkpoint the kept one; undefined for the configuration
 * @throws RefusedError `refused/spec-version`, `refused/checkpoint-lapsed`,
 * `refused/before-checkpoint`, `refused/checkpoint-sets`, `refused/runtime`; ProofError
 * `proof/not-shown`
 */
export const checkBlockUnderCheckpoint = (
  config: BridgeConfig,
  checkpoint: Checkpoint | undefined,
  { own, facts, signers }: Proven<ParachainFacts>,
): void => {
  checkSpecVersion(config, checkpoint, facts);
  checkTerm(config, checkpoint, facts.time);
  checkVouchingSet(config, checkpoint, signers.setId);
  if (checkpoint !== undefined) checkContains(own, checkpoint);
};

/**
 * Checks that what rests on both chains may be signed: all but decision batches.
 * @param checkpoint the kept one; undefined for the configuration
 * @throws RefusedError `refused/spec-version`, `refused/checkpoint-lapsed`,
 * `refused/before-checkpoint`, `refused/checkpoint-sets`, `refused/runtime`; ProofError
 * `proof/not-shown`
 */
export const checkUnderCheckpoint = (
  config: BridgeConfig,
  checkpoint: Checkpoint | undefined,
  { own, facts, signers }: Proven<Facts>,
): void => {
  checkBlockUnderCheckpoint(config, checkpoint, { own, facts: facts.parachain, signers });
  checkTerm(config, checkpoint, facts.diem.time);
  checkVouchingEpoch(checkpoint, signers.epoch);
};
