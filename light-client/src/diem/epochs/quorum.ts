/**
 * Whether enough of an epoch's validators signed a ledger info.
 * Source: diem/diem types/src/validator_verifier.rs (`batch_verify_aggregated_signatures`).
 */
import { compare } from "../../bytes.js";
import { type SignatureBatch, verifyAllStrict } from "../../crypto/ed25519.js";
import { ProofError } from "../../error.js";
import type { EpochState, ValidatorConsensusInfo, ValidatorVerifier } from "./epoch-state.js";
import { type LedgerInfoWithSignatures, ledgerInfoSigningMessage } from "./ledger-info.js";

const fail = (code: string, message: string): never => {
  throw new ProofError(code, message);
};

/** Computes the voting power that decides for a total: more than two thirds. */
export const quorumOf = (totalVotingPower: bigint): bigint => (totalVotingPower * 2n) / 3n + 1n;

/**
 * Checks a validator set. Stricter than upstream, which takes the sums as they come. There must be
 * validators with power, and both sums must be those of the set.
 * @throws ProofError `proof/validator-set`
 */
export const checkValidatorVerifier = ({
  validators,
  totalVotingPower,
  quorumVotingPower,
}: ValidatorVerifier): void => {
  const total = validators.reduce((sum, [, { votingPower }]) => sum + votingPower, 0n);
  if (total === 0n || total !== totalVotingPower || quorumVotingPower !== quorumOf(total))
    fail(
      "proof/validator-set",
      `expected validators with power, its sum and their quorum; ${validators.length} validators have ${total}, ` +
        `the set says ${totalVotingPower} and quorum ${quorumVotingPower}`,
    );
};

/**
 * Each signature with its validator, both lists walked once in order of address: nobody can be
 * counted twice.
 */
const pairUp = (
  { validators }: ValidatorVerifier,
  signatures: LedgerInfoWithSignatures["signatures"],
): readonly (readonly [ValidatorConsensusInfo, Uint8Array])[] => {
  let next = 0;
  return signatures.map(([author, signature]) => {
    for (; next < validators.length; next++) {
      const validator = validators[next];
      if (validator === undefined || compare(validator[0], author) < 0) continue;
      if (compare(validator[0], author) > 0) break;
      next += 1;
      return [validator[1], signature] as const;
    }
    return fail("proof/unknown-author", "a signer isn't a validator of the epoch, or signers aren't in order");
  });
};

/**
 * Checks everything of a quorum but the signatures, and lists those.
 * @throws ProofError of `verifyQuorum`, but for `proof/signature`
 */
export const quorumSignatures = (
  { epoch, verifier }: EpochState,
  { ledgerInfo, signatures }: LedgerInfoWithSignatures,
): SignatureBatch => {
  if (ledgerInfo.commitInfo.epoch !== epoch)
    fail("proof/epoch", `expected a ledger info of epoch ${epoch}, got one of ${ledgerInfo.commitInfo.epoch}`);
  checkValidatorVerifier(verifier);
  const count = verifier.validators.length;
  if (signatures.length > count)
    fail("proof/too-many-signatures", `expected at most ${count} signatures, got ${signatures.length}`);
  const pairs = pairUp(verifier, signatures);
  const power = pairs.reduce((sum, [{ votingPower }]) => sum + votingPower, 0n);
  if (power < verifier.quorumVotingPower)
    fail("proof/voting-power", `expected voting power of at least ${verifier.quorumVotingPower}, got ${power}`);
  return {
    message: ledgerInfoSigningMessage(ledgerInfo),
    signatures: pairs.map(([{ publicKey }, signature]) => [publicKey, signature]),
  };
};

/**
 * Checks that validators of the epoch with at least its quorum of power signed the ledger info. As
 * upstream, every signature there is must be valid, also those beyond the quorum.
 * @throws ProofError `proof/epoch`, `proof/validator-set`, `proof/too-many-signatures`,
 *   `proof/unknown-author`, `proof/voting-power`, `proof/signature`; the first of them that applies
 */
export const verifyQuorum = (epochState: EpochState, signed: LedgerInfoWithSignatures): void => {
  if (!verifyAllStrict(quorumSignatures(epochState, signed)))
    fail("proof/signature", `a validator's signature of version ${signed.ledgerInfo.commitInfo.version} is invalid`);
};
