/** Proof that an epoch's validators vouched for two histories, which no honest quorum ever does. */
import { equal } from "../../bytes.js";
import { type Codec, encode, option, struct, vector } from "../../codec/bcs.js";
import { verifyStrict } from "../../crypto/ed25519.js";
import { ProofError } from "../../error.js";
import type { AccountAddress } from "../address/account-address.js";
import { type HashValue, hashValue } from "../hash-value.js";
import { hashTransactionAccumulatorNode } from "../hashing.js";
import { MAX_ACCUMULATOR_PROOF_DEPTH } from "../proofs/accumulator.js";
import {
  accumulatorRoot,
  appendSubtrees,
  type FrozenAccumulator,
  frozenAccumulator,
} from "../proofs/accumulator-append.js";
import { type EpochState, epochState } from "./epoch-state.js";
import {
  type LedgerInfo,
  type LedgerInfoWithSignatures,
  ledgerInfoSigningMessage,
  ledgerInfoWithSignatures,
} from "./ledger-info.js";
import { verifyQuorum } from "./quorum.js";

/**
 * What a ledger info's history was at an earlier version. Its subtrees lead from there to the
 * ledger info's own root.
 */
export interface LedgerHistory {
  readonly accumulator: FrozenAccumulator;
  readonly subtrees: readonly HashValue[];
}

/**
 * Without `history` both are for one version, or `second` goes on in an epoch that `first` has
 * ended. With it, `second` is for a later version of another history than that of `first`.
 */
export interface LedgerInfoConflict {
  readonly first: LedgerInfoWithSignatures;
  readonly second: LedgerInfoWithSignatures;
  readonly history?: LedgerHistory | undefined;
}

/** Up and down again: a consistency proof between any two versions has fewer. */
const MAX_SUBTREES = 2 * MAX_ACCUMULATOR_PROOF_DEPTH;

export const ledgerInfoConflict: Codec<LedgerInfoConflict> = struct<LedgerInfoConflict>({
  first: ledgerInfoWithSignatures,
  second: ledgerInfoWithSignatures,
  history: option(struct<LedgerHistory>({ accumulator: frozenAccumulator, subtrees: vector(hashValue, MAX_SUBTREES) })),
});

const nextEpoch = option(epochState);

/**
 * Tells whether two ledger infos of one epoch and version name different states or different next
 * validators. Blocks without transactions give one version several ledger infos, which differ in
 * round, id and time: those don't contradict.
 */
export const contradict = ({ commitInfo: a }: LedgerInfo, { commitInfo: b }: LedgerInfo): boolean =>
  a.epoch === b.epoch &&
  a.version === b.version &&
  !(
    equal(a.executedStateId, b.executedStateId) &&
    equal(encode(nextEpoch, a.nextEpochState), encode(nextEpoch, b.nextEpochState))
  );

/**
 * Tells whether a ledger info goes on in an epoch that another one has ended. What ends an epoch is
 * its last transaction, which the later one denies.
 */
export const outlives = ({ commitInfo: later }: LedgerInfo, { commitInfo: end }: LedgerInfo): boolean =>
  later.epoch === end.epoch && later.version > end.version && end.nextEpochState !== undefined;

const rootOf = (accumulator: FrozenAccumulator): HashValue =>
  accumulatorRoot(hashTransactionAccumulatorNode, accumulator);

/**
 * Tells whether a later ledger info of the same epoch rests on another history. An earlier one
 * vouches for its own.
 * @param history of `later` at the version of `earlier`
 * @throws ProofError `proof/ledger-history` for a history that isn't that of `later`
 */
export const diverges = (
  { commitInfo: earlier }: LedgerInfo,
  { commitInfo: later }: LedgerInfo,
  { accumulator, subtrees }: LedgerHistory,
): boolean => {
  const isPlaced =
    earlier.epoch === later.epoch && earlier.version < later.version && accumulator.numLeaves === earlier.version + 1n;
  const steps = later.version - earlier.version;
  if (
    !isPlaced ||
    !equal(rootOf(appendSubtrees(hashTransactionAccumulatorNode, accumulator, subtrees, steps)), later.executedStateId)
  )
    throw new ProofError(
      "proof/ledger-history",
      `expected the history at version ${earlier.version} of the ledger info for ${later.version}, in one epoch`,
    );
  return !equal(rootOf(accumulator), earlier.executedStateId);
};

const checkContradiction = ({ first, second, history }: LedgerInfoConflict): void => {
  const { ledgerInfo: a } = first;
  const { ledgerInfo: b } = second;
  if (!(history === undefined ? contradict(a, b) || outlives(b, a) : diverges(a, b, history)))
    throw new ProofError(
      "proof/no-conflict",
      "expected ledger infos of one epoch with different roots or next validators for one version, with different histories, or after its end",
    );
};

/**
 * Checks that a quorum of the epoch signed each of two contradicting ledger infos.
 * @throws ProofError `proof/no-conflict`, `proof/ledger-history`, or of `verifyQuorum` and
 * `appendSubtrees`
 */
export const verifyLedgerInfoConflict = (validators: EpochState, conflict: LedgerInfoConflict): void => {
  checkContradiction(conflict);
  verifyQuorum(validators, conflict.first);
  verifyQuorum(validators, conflict.second);
};

const validSigners = (
  { verifier }: EpochState,
  { ledgerInfo, signatures }: LedgerInfoWithSignatures,
): readonly AccountAddress[] => {
  const message = ledgerInfoSigningMessage(ledgerInfo);
  return signatures.flatMap(([author, signature]) => {
    const validator = verifier.validators.find(([address]) => equal(address, author));
    return validator !== undefined && verifyStrict(validator[1].publicKey, message, signature) ? [author] : [];
  });
};

/**
 * Lists the validators that validly signed both of two contradicting ledger infos, quorum or not.
 * Some below a third of the power do no harm: to be reported, not to be acted upon.
 * @throws ProofError `proof/no-conflict`, `proof/ledger-history`
 */
export const doubleSigners = (validators: EpochState, conflict: LedgerInfoConflict): readonly AccountAddress[] => {
  checkContradiction(conflict);
  const second = validSigners(validators, conflict.second);
  return validSigners(validators, conflict.first).filter((author) => second.some((other) => equal(author, other)));
};
