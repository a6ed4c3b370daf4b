/** Evidence upon which the bridge pauses by itself (PROTOCOL 8), whoever shows it. */
import { utf8 } from "@pdiem/light-client/bytes";
import { type Decoded, encode, enumeration } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { ledgerInfoConflict, verifyLedgerInfoConflict } from "@pdiem/light-client/diem/epochs/misbehaviour";
import { ProofError } from "@pdiem/light-client/error";
import { finalityConflict, verifyFinalityConflict } from "@pdiem/light-client/polkadot/finality/misbehaviour";
import type { Culprit } from "./action.js";
import type { GovernanceState } from "./governance-state.js";
import type { KnownSets } from "./known-sets.js";

/** Two ledger infos of one epoch, or two justifications, that contradict each other. */
export const misbehaviourEvidence = enumeration("MisbehaviourEvidence", {
  diem: [0, ledgerInfoConflict],
  relay: [1, finalityConflict],
});
export type MisbehaviourEvidence = Decoded<typeof misbehaviourEvidence>;

/**
 * Names who misbehaved. It is one set, or two of the relay chain, the lower id first, as nothing
 * tells which it was.
 */
export const culpritsOf = ({ type, value }: MisbehaviourEvidence): readonly Culprit[] => {
  if (type === "diem") return [{ type, value: value.first.ledgerInfo.commitInfo.epoch }];
  const [a, b] = [value.lower.setId, value.higher.setId];
  if (a === b) return [{ type, value: a }];
  return [a < b ? a : b, a < b ? b : a].map((id) => ({ type, value: id }));
};

/** Writes such as `diem-7` for an epoch's validators, `relay-7` for a set's authorities. */
export const culpritName = ({ type, value }: Culprit): string => `${type}-${value}`;

/**
 * Tells whether a set up to the newest that counted is among the culprits. Each counts once.
 * Whoever has a set's keys makes any number of forks, also of what each other set has finalized.
 */
export const isKnownMisbehaviour = (
  { misbehaved }: Pick<GovernanceState, "misbehaved">,
  culprits: readonly Culprit[],
): boolean =>
  culprits.some(({ type, value }) => {
    const newest = misbehaved[type];
    return newest !== undefined && value <= newest;
  });

const newestOf = (
  culprits: readonly Culprit[],
  chain: Culprit["type"],
  known: bigint | undefined,
): bigint | undefined =>
  culprits.reduce(
    (newest, { type, value }) => (type === chain && (newest === undefined || value > newest) ? value : newest),
    known,
  );

/** Computes the newest set of each chain whose misbehaviour counts, with these. */
export const withCulprits = (
  { misbehaved }: Pick<GovernanceState, "misbehaved">,
  culprits: readonly Culprit[],
): GovernanceState["misbehaved"] => ({
  diem: newestOf(culprits, "diem", misbehaved.diem),
  relay: newestOf(culprits, "relay", misbehaved.relay),
});

const TAG = utf8("pdiem/misbehaviour/v1");

/**
 * Computes the 32 bytes by which a decision names its evidence: blake2b-256 of a tag and its BCS.
 */
export const misbehaviourHash = (evidence: MisbehaviourEvidence): Uint8Array =>
  blake2b256(TAG, encode(misbehaviourEvidence, evidence));

/**
 * Verifies evidence by sets that count.
 * @throws ProofError `proof/unknown-set` for any other epoch or set; those of
 * `verifyLedgerInfoConflict` and `verifyFinalityConflict`
 */
export const verifyMisbehaviour = (known: KnownSets, { type, value }: MisbehaviourEvidence): void => {
  if (type === "relay") {
    verifyFinalityConflict((setId) => known.relay.find((set) => set.setId === setId), value);
    return;
  }
  const { epoch } = value.first.ledgerInfo.commitInfo;
  const validators = known.diem.find((state) => state.epoch === epoch);
  if (validators === undefined)
    throw new ProofError("proof/unknown-set", `expected ledger infos of a known epoch, got epoch ${epoch}`);
  verifyLedgerInfoConflict(validators, value);
};
