import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holdersOf } from "@pdiem/bridge-client/ceremony/record";
import { type CeremonyReport, checkReport, type JudgedReport, parseReport } from "@pdiem/bridge-client/ceremony/report";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { readJson } from "../json-file.js";
import type { Output } from "../output.js";
import { advised } from "../verify-enclave/advice.js";
import { checkLines } from "../verify-enclave/check-lines.js";
import { keyJson, keyLines } from "./told.js";

export interface VerifyReportOptions {
  /** The bridge's id as whoever asks knows it, 32 bytes. */
  readonly bridge?: Uint8Array;
  /** ms since 1970; left out, this machine's clock. */
  readonly at?: number;
  readonly json?: boolean;
}

const SIMULATED =
  "SIMULATED: these enclaves prove nothing. Their host has the key and can take everything. For development alone.";

const NOT_SHOWN =
  "Not shown: that both chains obey this key (pdiem verify-enclave proves it), and that nobody else holds a share, too.";

const isSimulated = ({ slots }: JudgedReport): boolean => slots.some(({ verified }) => verified?.kind === "simulated");

const textOf = (report: CeremonyReport, judged: JudgedReport, now: number): string => {
  const { slots } = holdersOf(report.bridge);
  return [
    ...(isSimulated(judged) ? [SIMULATED, ""] : []),
    `Bridge 0x${toHex(bridgeId(report.bridge))}`,
    ...keyLines(report),
    `Evidence of ${report.time}, judged as of ${new Date(now).toISOString()}`,
    ...judged.slots.flatMap(({ slot, checks }) => ["", `Slot ${slot} (${slots[slot - 1]})`, ...checkLines(checks)]),
    "",
    "All slots",
    ...checkLines(judged.together),
    "",
    NOT_SHOWN,
  ].join("\n");
};

/**
 * Verifies a ceremony's report, offline.
 * @throws PdiemError `ceremony/other-bridge`, `ceremony/report-fails`; those of `parseReport`
 */
export const verifyReportCommand = async (
  file: string,
  { bridge, at, json }: VerifyReportOptions,
  output: Output,
): Promise<void> => {
  const report = parseReport(readJson(file));
  const id = bridgeId(report.bridge);
  if (bridge !== undefined && !equal(bridge, id))
    throw new PdiemError("ceremony/other-bridge", `the report is of bridge 0x${toHex(id)}`);
  const now = at ?? Date.now();
  const judged = checkReport(report, now);
  const checks = [...judged.slots.flatMap((one) => one.checks), ...judged.together];
  const fails = checks.some(({ outcome }) => outcome !== "ok");
  const verdict = fails ? "fails" : isSimulated(judged) ? "simulated" : "holds";
  const slots = judged.slots.map((one) => ({ slot: one.slot, checks: one.checks.map(advised) }));
  output.out(
    json === true
      ? JSON.stringify({
          verdict,
          bridgeId: `0x${toHex(id)}`,
          ...keyJson(report),
          evidence: slots,
          together: judged.together.map(advised),
        })
      : textOf(report, judged, now),
  );
  if (fails)
    throw new PdiemError(
      "ceremony/report-fails",
      `not all checks hold: see above. Where documents of vendors have run out since, --at ${report.time} judges as of then`,
    );
};
