/** What both sides of a hand-over have shown, judged by the bridge's rules and told to people. */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { isOfSlotClass } from "@pdiem/bridge/config/holders-check";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import { holderReportData, receiverReportData } from "@pdiem/bridge/custody/report-data";
import type { Action } from "@pdiem/bridge/governance/action";
import { handoverIn } from "@pdiem/bridge/handover/admission";
import type { Grant } from "@pdiem/bridge/handover/grant";
import { type Party, transcriptHash } from "@pdiem/bridge/handover/transcript";
import { checkPlatform } from "@pdiem/bridge/holders/platforms";
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { verdictReport } from "@pdiem/bridge-client/attestation/verdict-report";
import type { Sides } from "@pdiem/enclave/wire/handover";
import { policyOf } from "@pdiem/enclave-verifier/bridge-policy";
import type { Collateral, Evidence } from "@pdiem/enclave-verifier/evidence";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { HandoverFile } from "./file.js";

/** By what evidence is judged. */
export interface Rules {
  readonly config: BridgeConfig;
  /** Measurements in force. */
  readonly measurements: readonly Measurement[];
  /** ms since 1970. */
  readonly now: number;
}

export type Verdict = VerifiedEvidence | EvidenceRefusal;

export interface Judgement {
  readonly giver: Verdict;
  readonly receiver: Verdict;
  /** ms since 1970. */
  readonly now: number;
}

/** Reads a side's evidence. @throws EvidenceRefusal */
export const shownBy = ({ tee, evidence }: Pick<Party, "tee" | "evidence">): Evidence =>
  readShownEvidence({ tee, bytes: evidence });

/** Computes the transcript's hash, 32 bytes. */
export const transcriptOf = (config: BridgeConfig, sides: Sides): Uint8Array =>
  transcriptHash({ bridgeId: bridgeId(config), ...sides });

/** Makes what guardians decide of a transcript. */
export const grantingAction = (transcript: Uint8Array, grant: Grant | undefined): Action =>
  grant === undefined ? { type: "handover", value: { transcript } } : { type: "share", value: { transcript, grant } };

/** Names it as the governance state does, once it is in force: 32 bytes. */
export const nameOf = (transcript: Uint8Array, grant: Grant | undefined): Uint8Array =>
  handoverIn(grantingAction(transcript, grant)) ?? transcript;

/** Verifies a side's evidence, by its class's measurements where it is about a slot's share. */
export const verdictOn = (
  { config, measurements: all, now }: Rules,
  party: Party,
  collateral: Collateral,
  reportData: Uint8Array,
  slot?: number,
): Verdict => {
  const { holders } = config;
  const measurements =
    holders === undefined || slot === undefined ? all : all.filter((one) => isOfSlotClass(holders, slot, one));
  const policy = policyOf({ measurements, attestation: config.attestation }, reportData);
  try {
    return verifyEvidence(shownBy(party), { policy, collateral, now });
  } catch (error) {
    if (error instanceof EvidenceRefusal) return error;
    throw error;
  }
};

/** Judges whether both sides are what the bridge's rules admit, and speak for this hand-over. */
export const judge = (rules: Rules, { transcript, publicPackage, collateral }: HandoverFile): Judgement => {
  const { custodyKey, grant, giver, receiver } = transcript;
  const share = grant === undefined || publicPackage === undefined ? undefined : { slot: grant.slot, publicPackage };
  const subject = { bridgeId: bridgeId(rules.config), custodyKey, share };
  const [given, got] = [holderReportData({ ...subject, ...giver }), receiverReportData({ ...subject, ...receiver })];
  return {
    giver: verdictOn(rules, giver, collateral.giver, given, share?.slot),
    receiver: verdictOn(rules, receiver, collateral.receiver, got, share?.slot),
    now: rules.now,
  };
};

/** Reads the machine that verified evidence names; undefined where simulated or refused. */
export const platformOf = (verdict: Verdict): Uint8Array | undefined =>
  verdict instanceof EvidenceRefusal || verdict.platform === undefined ? undefined : fromHex(verdict.platform);

/**
 * Checks that the machine that gets a share is the one that guardians decide, and no other slot's.
 * @throws PdiemError `handover/platform`; RefusedError `refused/platform-of-another-slot`
 */
export const checkMachine = (grant: Grant | undefined, shown: PublicPackage | undefined, receiver: Verdict): void => {
  if (grant === undefined || shown === undefined) return;
  if (!equal(platformOf(receiver) ?? new Uint8Array(), grant.platform ?? new Uint8Array()))
    throw new PdiemError("handover/platform", "expected the receiver on the machine that its evidence names", "never");
  checkPlatform(
    shown.slots.map(({ platform }) => [platform]),
    grant,
  );
};

export const indented = (verdict: Verdict): readonly string[] =>
  verdictReport(verdict)
    .split("\n")
    .map((line) => `  ${line}`);

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** Writes what is given, for people. */
export const subjectOf = (grant: Grant | undefined): string =>
  grant === undefined
    ? "the key"
    : `slot ${grant.slot}'s share (public package ${hex(grant.publicPackage)}) of the key`;

/** Writes who gives what to whom, and what vouches for each. */
export const describeHandover = (
  config: BridgeConfig,
  { bridgeId: id, transcript }: HandoverFile,
  { giver, receiver, now }: Judgement,
): readonly string[] => [
  `Hand-over ${hex(transcriptOf(config, transcript))}`,
  `of ${subjectOf(transcript.grant)} ${hex(transcript.custodyKey)} of bridge ${hex(id)}, judged at ${new Date(now).toISOString()}.`,
  `From the enclave that holds it, hand-over key ${hex(transcript.giver.handoverKey)}:`,
  ...indented(giver),
  `To the enclave that is to get it as well, hand-over key ${hex(transcript.receiver.handoverKey)}:`,
  ...indented(receiver),
];

/** @throws EvidenceRefusal of the side that was refused */
export const checkAccepted = ({ giver, receiver }: Judgement): void => {
  for (const verdict of [giver, receiver]) if (verdict instanceof EvidenceRefusal) throw verdict;
};
