/**
 * Evidence of misbehaviour to be kept, shown and verified by anyone, whether or not a bridge has
 * paused upon it.
 */
import { type KnownSets, knownSets } from "@pdiem/bridge/governance/known-sets";
import {
  culpritsOf,
  type MisbehaviourEvidence,
  misbehaviourEvidence,
  verifyMisbehaviour,
} from "@pdiem/bridge/governance/misbehaviour";
import { toHex } from "@pdiem/light-client/bytes";
import type { LedgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import type { SetJustification } from "@pdiem/light-client/polkadot/finality/misbehaviour";
import { bcsHex, hexOf, type Json, record } from "../json.js";

export interface EvidenceFile {
  /** Names the bridge whose chains these are, 32 bytes. */
  readonly bridgeId: Uint8Array;
  readonly misbehaviour: MisbehaviourEvidence;
  /**
   * The sets that signed: compare them with those that a light client of one's own went through.
   */
  readonly sets: KnownSets;
}

const MAX_EVIDENCE_BYTES = 1024 * 1024;
/** Eight authority sets of a thousand take 320 kB. */
const MAX_SET_BYTES = 1024 * 1024;

const evidenceFileJson: Json<EvidenceFile> = record<EvidenceFile>({
  bridgeId: hexOf(32),
  misbehaviour: bcsHex(misbehaviourEvidence, MAX_EVIDENCE_BYTES),
  sets: bcsHex(knownSets, MAX_SET_BYTES),
});

/**
 * Makes a file of evidence with those of the known sets that it needs.
 * @throws ProofError of `verifyMisbehaviour`
 */
export const makeEvidenceFile = (
  bridgeId: Uint8Array,
  known: KnownSets,
  evidence: MisbehaviourEvidence,
): EvidenceFile => {
  const ids = (type: MisbehaviourEvidence["type"]): readonly bigint[] =>
    culpritsOf(evidence).flatMap((culprit) => (culprit.type === type ? [culprit.value] : []));
  const relay = ids("relay").flatMap((id) => known.relay.find(({ setId }) => setId === id) ?? []);
  const file: EvidenceFile = {
    bridgeId,
    misbehaviour: evidence,
    sets: {
      diem: ids("diem").flatMap((id) => known.diem.find(({ epoch }) => epoch === id) ?? []),
      relay: relay.map(({ setId, authorities }) => ({ setId, authorities })),
    },
  };
  verifyMisbehaviour(file.sets, evidence);
  return file;
};

/**
 * Reads a file and verifies nothing: its reader has sets of their own.
 * @throws DecodeError `decode/json`, `decode/…`
 */
export const readEvidenceFile = (value: unknown): EvidenceFile => evidenceFileJson.parse(value, "evidence");

/**
 * Reads a file and verifies it by the sets that it names itself.
 * @throws DecodeError `decode/json`, `decode/…`; ProofError of `verifyMisbehaviour`
 */
export const parseEvidenceFile = (value: unknown): EvidenceFile => {
  const file = readEvidenceFile(value);
  verifyMisbehaviour(file.sets, file.misbehaviour);
  return file;
};

/** Writes a plain JSON value: bytes, and the encodings of evidence and sets, as `0x`-hex. */
export const formatEvidenceFile = (file: EvidenceFile): unknown => evidenceFileJson.format(file);

const describeLedgerInfo = ({ ledgerInfo: { commitInfo }, signatures }: LedgerInfoWithSignatures): string =>
  `  root 0x${toHex(commitInfo.executedStateId)}, next validators ${commitInfo.nextEpochState === undefined ? "none" : `of epoch ${commitInfo.nextEpochState.epoch}`}, ` +
  `round ${commitInfo.round}, ${signatures.length} signatures`;

const describeVotes = ({ setId, justification: { round, commit } }: SetJustification): string =>
  `  block ${commit.targetNumber} 0x${toHex(commit.targetHash)}, by set ${setId} in round ${round}, ${commit.precommits.length} votes`;

/** Lines that say what two things were vouched for. */
export const describeMisbehaviour = ({ type, value }: MisbehaviourEvidence): readonly string[] => {
  if (type === "relay")
    return [
      "Authorities of the relay chain finalized two forks:",
      describeVotes(value.lower),
      describeVotes(value.higher),
    ];
  const { first, second, history } = value;
  const { epoch, version } = first.ledgerInfo.commitInfo;
  const later = second.ledgerInfo.commitInfo.version;
  const validators = `Diem's validators of epoch ${epoch} signed`;
  const told =
    history !== undefined
      ? `a ledger info for version ${version}, and another history with the one for version ${later}:`
      : later === version
        ? `two ledger infos for version ${version}:`
        : `that it ends with version ${version}, and went on in it with version ${later}:`;
  return [`${validators} ${told}`, describeLedgerInfo(first), describeLedgerInfo(second)];
};
