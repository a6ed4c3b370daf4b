/** What both sides of a hand-over have shown, judged by the bridge's rules and told to people. */

import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import { holderReportData, receiverReportData } from "@pdiem/bridge/custody/report-data";
import { type Party as TranscriptParty, transcriptHash } from "@pdiem/bridge/handover/transcript";
import { verdictReport } from "@pdiem/bridge-client/attestation/verdict-report";
import type { Party, TranscriptJson } from "@pdiem/enclave/api";
import { policyOf } from "@pdiem/enclave-verifier/bridge-policy";
import type { Collateral, Evidence } from "@pdiem/enclave-verifier/evidence";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import type { HandoverFile } from "./file.js";

/** By what evidence is judged. */
export interface Rules {
  readonly config: BridgeConfig;
  /** Those in force. */
  readonly measurements: readonly Measurement[];
  /** ms */
  readonly now: number;
}

type Verdict = VerifiedEvidence | EvidenceRefusal;

export interface Judgement {
  readonly giver: Verdict;
  readonly receiver: Verdict;
  /** ms */
  readonly now: number;
}

export const shownBy = ({ tee, evidence }: Party): Evidence => readShownEvidence({ tee, bytes: fromHex(evidence) });

const partyOf = ({ tee, handoverKey, challenge, evidence }: Party): TranscriptParty => ({
  tee,
  handoverKey: fromHex(handoverKey, 32),
  challenge: fromHex(challenge, 32),
  evidence: fromHex(evidence),
});

/** What guardians decide, 32 bytes. */
export const transcriptOf = (config: BridgeConfig, { custodyKey, giver, receiver }: TranscriptJson): Uint8Array =>
  transcriptHash({
    bridgeId: bridgeId(config),
    custodyKey: fromHex(custodyKey, 32),
    giver: partyOf(giver),
    receiver: partyOf(receiver),
  });

const verdictOn = (
  { config, measurements, now }: Rules,
  party: Party,
  collateral: Collateral,
  reportData: Uint8Array,
): Verdict => {
  const policy = policyOf({ measurements, attestation: config.attestation }, reportData);
  try {
    return verifyEvidence(shownBy(party), { policy, collateral, now });
  } catch (error) {
    if (error instanceof EvidenceRefusal) return error;
    throw error;
  }
};

/** Whether both sides are what the bridge's rules admit, and speak for this hand-over. */
export const judge = (rules: Rules, { transcript, collateral }: HandoverFile): Judgement => {
  const { giver, receiver } = transcript;
  const subject = ({ handoverKey, challenge }: Party) => ({
    bridgeId: bridgeId(rules.config),
    custodyKey: fromHex(transcript.custodyKey, 32),
    handoverKey: fromHex(handoverKey, 32),
    challenge: fromHex(challenge, 32),
  });
  return {
    giver: verdictOn(rules, giver, collateral.giver, holderReportData(subject(giver))),
    receiver: verdictOn(rules, receiver, collateral.receiver, receiverReportData(subject(receiver))),
    now: rules.now,
  };
};

const indented = (verdict: Verdict): readonly string[] =>
  verdictReport(verdict)
    .split("\n")
    .map((line) => `  ${line}`);

/** Lines that say who gives what to whom, and what vouches for each. */
export const describeHandover = (
  config: BridgeConfig,
  { bridgeId: id, transcript }: HandoverFile,
  { giver, receiver, now }: Judgement,
): readonly string[] => [
  `Hand-over 0x${toHex(transcriptOf(config, transcript))}`,
  `of the key ${transcript.custodyKey} of bridge ${id}, judged at ${new Date(now).toISOString()}.`,
  `From the enclave that holds it, hand-over key ${transcript.giver.handoverKey}:`,
  ...indented(giver),
  `To the enclave that is to get it as well, hand-over key ${transcript.receiver.handoverKey}:`,
  ...indented(receiver),
];

/** @throws EvidenceRefusal of the side that was refused */
export const checkAccepted = ({ giver, receiver }: Judgement): void => {
  for (const verdict of [giver, receiver]) if (verdict instanceof EvidenceRefusal) throw verdict;
};
