/** What all parties to a repair have shown, judged by the bridge's rules and told to people. */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData, receiverReportData } from "@pdiem/bridge/custody/report-data";
import { challengeOf, checkHelpers, type RepairSides, repairHash } from "@pdiem/bridge/handover/repair";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import {
  checkMachine,
  indented,
  platformOf,
  type Rules,
  subjectOf,
  type Verdict,
  verdictOn,
} from "../handover/verdict.js";
import type { RepairFile } from "./file.js";

export interface RepairJudgement {
  readonly receiver: Verdict;
  /** In the order of the transcript's helpers. */
  readonly helpers: readonly Verdict[];
  /** ms since 1970. */
  readonly now: number;
}

/** Computes the transcript's hash, 32 bytes. */
export const transcriptOf = (config: BridgeConfig, sides: RepairSides): Uint8Array =>
  repairHash(bridgeId(config), sides);

/** Judges whether all are what the bridge's rules admit, and speak for this repair. */
export const judge = (rules: Rules, { transcript, publicPackage, collateral }: RepairFile): RepairJudgement => {
  const { custodyKey, grant, receiver, helpers } = transcript;
  const subject = { bridgeId: bridgeId(rules.config), custodyKey, challenge: challengeOf(transcript) };
  const got = receiverReportData({
    ...{ ...subject, handoverKey: receiver.handoverKey },
    share: { slot: grant.slot, publicPackage },
  });
  return {
    receiver: verdictOn(rules, receiver, collateral.receiver, got, grant.slot),
    helpers: helpers.map(({ slot, party }, i) => {
      const shown = { ...subject, handoverKey: party.handoverKey, share: { slot, publicPackage } };
      return verdictOn(rules, party, collateral.helpers[i] ?? { kind: "none" }, holderReportData(shown), slot);
    }),
    now: rules.now,
  };
};

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** Writes who gives what to whom, and what vouches for each. */
export const describeRepair = (
  config: BridgeConfig,
  { bridgeId: id, transcript }: RepairFile,
  { receiver, helpers, now }: RepairJudgement,
): readonly string[] => [
  `Repair ${hex(transcriptOf(config, transcript))}`,
  `of ${subjectOf(transcript.grant)} ${hex(transcript.custodyKey)} of bridge ${hex(id)}, judged at ${new Date(now).toISOString()}.`,
  `To the enclave that is to get it, hand-over key ${hex(transcript.receiver.handoverKey)}:`,
  ...indented(receiver),
  ...transcript.helpers.flatMap(({ slot, party }, i) => {
    const verdict = helpers[i];
    return [
      `With the help of slot ${slot}'s enclave, hand-over key ${hex(party.handoverKey)}:`,
      ...(verdict === undefined ? [] : indented(verdict)),
    ];
  }),
];

/**
 * Checks that everybody was accepted, on the machines that the transcript names.
 * @throws EvidenceRefusal of whoever was refused; PdiemError `handover/platform`; RefusedError
 * `refused/repair-helpers`, `refused/platform-of-another-slot`
 */
export const checkRepair = (
  { holders }: BridgeConfig,
  { transcript, publicPackage }: RepairFile,
  { receiver, helpers }: RepairJudgement,
): void => {
  for (const verdict of [receiver, ...helpers]) if (verdict instanceof EvidenceRefusal) throw verdict;
  if (holders !== undefined) checkHelpers(holders, transcript);
  checkMachine(transcript.grant, publicPackage, receiver);
  for (const [i, { slot, platform }] of transcript.helpers.entries()) {
    const verdict = helpers[i];
    const shown = verdict === undefined ? undefined : platformOf(verdict);
    if (!equal(shown ?? new Uint8Array(), platform ?? new Uint8Array()))
      throw new PdiemError(
        "handover/platform",
        `expected slot ${slot} on the machine that its evidence names`,
        "never",
      );
  }
};
