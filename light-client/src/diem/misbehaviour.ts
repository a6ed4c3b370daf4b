/** Proof that an epoch's validators vouched for two histories, which no honest quorum ever does. */
import { equal } from "../bytes.js";
import { type Codec, encode, option, struct } from "../codec/bcs.js";
import { verifyStrict } from "../crypto/ed25519.js";
import { ProofError } from "../error.js";
import type { AccountAddress } from "./account-address.js";
import { type EpochState, epochState } from "./epoch-state.js";
import {
  type LedgerInfo,
  type LedgerInfoWithSignatures,
  ledgerInfoSigningMessage,
  ledgerInfoWithSignatures,
} from "./ledger-info.js";
import { verifyQuorum } from "./quorum.js";

export interface LedgerInfoConflict {
  readonly first: LedgerInfoWithSignatures;
  readonly second: LedgerInfoWithSignatures;
}

export const ledgerInfoConflict: Codec<LedgerInfoConflict> = struct<LedgerInfoConflict>({
  first: ledgerInfoWithSignatures,
  second: ledgerInfoWithSignatures,
});

const nextEpoch = option(epochState);

/**
 * True for two ledger infos of one epoch and version that name different states or different next validators. Blocks
 * without transactions give one version several ledger infos, which differ in round, id and time: those don't contradict.
 */
export const contradict = ({ commitInfo: a }: LedgerInfo, { commitInfo: b }: LedgerInfo): boolean =>
  a.epoch === b.epoch &&
  a.version === b.version &&
  !(
    equal(a.executedStateId, b.executedStateId) &&
    equal(encode(nextEpoch, a.nextEpochState), encode(nextEpoch, b.nextEpochState))
  );

const checkContradiction = ({ first, second }: LedgerInfoConflict): void => {
  if (!contradict(first.ledgerInfo, second.ledgerInfo))
    throw new ProofError(
      "proof/no-conflict",
      "expected ledger infos of one epoch and version with different roots or next validators",
    );
};

/**
 * Checks that a quorum of the epoch signed each of two contradicting ledger infos.
 * @throws ProofError `proof/no-conflict`, and as `verifyQuorum`
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
 * The validators that validly signed both of two contradicting ledger infos, quorum or not. Some below a third of the
 * power do no harm: to be reported, not to be acted upon.
 * @throws ProofError `proof/no-conflict`
 */
export const doubleSigners = (validators: EpochState, conflict: LedgerInfoConflict): readonly AccountAddress[] => {
  checkContradiction(conflict);
  const second = validSigners(validators, conflict.second);
  return validSigners(validators, conflict.first).filter((author) => second.some((other) => equal(author, other)));
};
