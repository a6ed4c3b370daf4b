/** What both sides of a hand-over have shown, judged by the bridge's rules and told to people. */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import { holderReportData, receiverReportData } from "@pdiem/bridge/custody/report-data";
import { type Party, transcriptHash } from "@pdiem/bridge/handover/transcript";
import { verdictReport } from "@pdiem/bridge-client/attestation/verdict-report";
import type { Sides } from "@pdiem/enclave/wire/handover";
import { policyOf } from "@pdiem/enclave-verifier/bridge-policy";
import type { Collateral, Evidence } from "@pdiem/enclave-verifier/evidence";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";
import { toHex } from "@pdiem/light-client/bytes";
import type { HandoverFile } from "./file.js";

/** By what evidence is judged. */
export interface Rules {
  readonly config: BridgeConfig;
  /** Measurements in force. */
  readonly measurements: readonly Measurement[];
  /** ms since 1970. */
  readonly now: number;
}

type Verdict = VerifiedEvidence | EvidenceRefusal;

export interface Judgement {
  readonly giver: Verdict;
  readonly receiver: Verdict;
  /** ms since 1970. */
  readonly now: number;
}

/** Reads a side's evidence. @throws EvidenceRefusal */
export const shownBy = ({ tee, evidence }: Pick<Party, "tee" | "evidence">): Evidence =>
  readShownEvidence({ tee, bytes: evidence });

/** Computes what guardians decide, 32 bytes. */
export const transcriptOf = (config: BridgeConfig, sides: Sides): Uint8Array =>
  transcriptHash({ bridgeId: bridgeId(config), ...sides });

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

/** Judges whether both sides are what the bridge's rules admit, and speak for this hand-over. */
export const judge = (rules: Rules, { transcript, collateral }: HandoverFile): Judgement => {
  const { custodyKey, giver, receiver } = transcript;
  const subject = { bridgeId: bridgeId(rules.config), custodyKey };
  return {
    giver: verdictOn(rules, giver, collateral.giver, holderReportData({ ...subject, ...giver })),
    receiver: verdictOn(rules, receiver, collateral.receiver, receiverReportData({ ...subject, ...receiver })),
    now: rules.now,
  };
};

const indented = (verdict: Verdict): readonly string[] =>
  verdictReport(verdict)
    .split("\n")
    .map((line) => `  ${line}`);

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** Writes who gives what to whom, and what vouches for each. */
export const describeHandover = (
  config: BridgeConfig,
  { bridgeId: id, transcript }: HandoverFile,
  { giver, receiver, now }: Judgement,
): readonly string[] => [
  `Hand-over ${hex(transcriptOf(config, transcript))}`,
  `of the key ${hex(transcript.custodyKey)} of bridge ${hex(id)}, judged at ${new Date(now).toISOString()}.`,
  `From the enclave that holds it, hand-over key ${hex(transcript.giver.handoverKey)}:`,
  ...indented(giver),
  `To the enclave that is to get it as well, hand-over key ${hex(transcript.receiver.handoverKey)}:`,
  ...indented(receiver),
];

/** @throws EvidenceRefusal of the side that was refused */
export const checkAccepted = ({ giver, receiver }: Judgement): void => {
  for (const verdict of [giver, receiver]) if (verdict instanceof EvidenceRefusal) throw verdict;
};
