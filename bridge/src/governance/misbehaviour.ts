/** Evidence upon which the bridge pauses by itself (PROTOCOL 8), whoever shows it. */
import { utf8 } from "@pdiem/light-client/bytes";
import { type Codec, encode, enumeration, type Union, u64 } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import {
  type LedgerInfoConflict,
  ledgerInfoConflict,
  verifyLedgerInfoConflict,
} from "@pdiem/light-client/diem/epochs/misbehaviour";
import { ProofError } from "@pdiem/light-client/error";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import {
  type FinalityConflict,
  finalityConflict,
  verifyFinalityConflict,
} from "@pdiem/light-client/polkadot/finality/misbehaviour";
import type { Heads } from "../facts/light-client-state.js";

interface MisbehaviourVariants {
  readonly diem: LedgerInfoConflict;
  readonly relay: FinalityConflict;
}

export type Misbehaviour = Union<MisbehaviourVariants>;

export const misbehaviour: Codec<Misbehaviour> = enumeration<MisbehaviourVariants>("Misbehaviour", {
  diem: [0, ledgerInfoConflict],
  relay: [1, finalityConflict],
});

interface CulpritVariants {
  readonly diem: bigint;
  readonly relay: bigint;
}

/** Who misbehaved: Diem's validators of an epoch, or the relay chain's authorities of a set id. */
export type Culprit = Union<CulpritVariants>;

export const culprit: Codec<Culprit> = enumeration<CulpritVariants>("Culprit", { diem: [0, u64], relay: [1, u64] });

/** One, or of two authority sets both, the lower id first: nothing tells which of them it was. */
export const culpritsOf = ({ type, value }: Misbehaviour): readonly Culprit[] => {
  if (type === "diem") return [{ type, value: value.first.ledgerInfo.commitInfo.epoch }];
  const [a, b] = [value.lower.setId, value.higher.setId];
  if (a === b) return [{ type, value: a }];
  return [a < b ? a : b, a < b ? b : a].map((id) => ({ type, value: id }));
};

/** Such as `diem-7`: the epoch's validators, or `relay-7`: the set's authorities. */
export const culpritName = ({ type, value }: Culprit): string => `${type}-${value}`;

/**
 * Whether it may be the misbehaviour of one that is known for it already, which counts once: whoever has a set's keys makes
 * any number of forks, also of what each other set has finalized.
 */
export const mayBeKnown = (known: readonly Culprit[], evidence: Misbehaviour): boolean => {
  const names = new Set(known.map(culpritName));
  return culpritsOf(evidence).some((one) => names.has(culpritName(one)));
};

const TAG = utf8("pdiem/misbehaviour/v1");

/** 32 bytes. */
export const misbehaviourHash = (evidence: Misbehaviour): Uint8Array => blake2b256(TAG, encode(misbehaviour, evidence));

/** The sets whose signatures count as evidence. */
export interface KnownSets {
  readonly diem: readonly EpochState[];
  readonly relay: readonly AuthoritySet[];
}

export const NO_SETS: KnownSets = { diem: [], relay: [] };

/** The sets that light clients go by. */
export const knownSets = (...heads: readonly Heads[]): KnownSets => ({
  diem: heads.flatMap(({ diem }) => (diem.type === "epochState" ? [diem.value.epochState] : [])),
  relay: heads.map(({ relay }) => relay),
});

/**
 * @throws ProofError `proof/unknown-set` for another epoch's or set's than the known ones; and as
 * `verifyLedgerInfoConflict` and `verifyFinalityConflict`
 */
export const verifyMisbehaviour = (known: KnownSets, { type, value }: Misbehaviour): void => {
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
