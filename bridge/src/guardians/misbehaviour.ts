/** Evidence upon which the bridge pauses by itself (PROTOCOL 8), whoever shows it. */
import { utf8 } from "@pdiem/light-client/bytes";
import { type Codec, encode, enumeration, type Union, u64 } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import type { EpochState } from "@pdiem/light-client/diem/epoch-state";
import {
  type LedgerInfoConflict,
  ledgerInfoConflict,
  verifyLedgerInfoConflict,
} from "@pdiem/light-client/diem/misbehaviour";
import { ProofError } from "@pdiem/light-client/error";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/authority-set";
import {
  type FinalityConflict,
  finalityConflict,
  verifyFinalityConflict,
} from "@pdiem/light-client/polkadot/misbehaviour";
import type { Heads } from "../heads.js";

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

/** Of two authority sets the one that goes by the lower id. */
export const culpritOf = ({ type, value }: Misbehaviour): Culprit => {
  if (type === "diem") return { type, value: value.first.ledgerInfo.commitInfo.epoch };
  const [a, b] = [value.lower.setId, value.higher.setId];
  return { type, value: a < b ? a : b };
};

export const isSameCulprit = (a: Culprit, b: Culprit): boolean => a.type === b.type && a.value === b.value;

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
