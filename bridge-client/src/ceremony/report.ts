/**
 * What a ceremony ends with: a file by which anybody can verify who holds the key (PROTOCOL 7a).
 */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { MAX_SLOTS } from "@pdiem/bridge/config/holders";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { formatBridgeConfig, parseBridgeConfig } from "../config/bridge-config-json.js";
import type { Check } from "../examine/check.js";
import { checkEvidence } from "../examine/evidence-checks.js";
import { checkHolders } from "../examine/holders-checks.js";
import { bytesOf, parsed, publicPackageJson, shownJson } from "./json.js";
import type { CeremonyRecord } from "./record.js";

const ceremonyReport = z.strictObject({
  format: z.literal("pdiem-ceremony-report-1"),
  /**
   * The bridge's configuration: its hash is the bridge's id, and it names classes and threshold.
   */
  bridge: z.codec(z.record(z.string(), z.unknown()), z.custom<BridgeConfig>(), {
    decode: parseBridgeConfig,
    encode: (config) => formatBridgeConfig(config) as Record<string, unknown>,
  }),
  /** When the evidence was taken, by both chains' proven time: ISO 8601. */
  time: z.iso.datetime(),
  publicPackage: publicPackageJson,
  /** In the order of the slots: evidence that answers the roll. */
  slots: z
    .array(shownJson.extend({ handoverKey: bytesOf(32) }))
    .min(2)
    .max(MAX_SLOTS)
    .readonly(),
});
export type CeremonyReport = z.output<typeof ceremonyReport>;

/**
 * Reads a parsed JSON value.
 * @throws PdiemError `ceremony/form`; RefusedError `refused/config-…`
 */
export const parseReport = (value: unknown): CeremonyReport => parsed(ceremonyReport, value, "a ceremony's report");

/** Writes a plain JSON value that `parseReport` reads. */
export const formatReport = (report: CeremonyReport): unknown => z.encode(ceremonyReport, report);

/**
 * Makes the report of a ceremony that has ended.
 * @throws PdiemError `ceremony/awaited`, `later`, while a slot's receipt is missing
 */
export const reportOf = (config: BridgeConfig, { slots }: CeremonyRecord): CeremonyReport => {
  const missing = slots.flatMap(({ holder, receipt }, i) =>
    holder === undefined || receipt === undefined ? [i + 1] : [],
  );
  const shown = slots.flatMap(({ holder }) => (holder === undefined ? [] : [holder]));
  const times = slots.flatMap(({ receipt }) => (receipt === undefined ? [] : [Number(receipt.time)]));
  const [{ publicPackage } = {}] = shown;
  if (missing.length > 0 || publicPackage === undefined)
    throw new PdiemError("ceremony/awaited", `the report waits for receipts of slots ${missing.join(", ")}`, "later");
  return {
    format: "pdiem-ceremony-report-1",
    bridge: config,
    time: new Date(Math.max(...times)).toISOString(),
    publicPackage,
    slots: shown.map(({ tee, evidence, collateral, handoverKey }) => ({ tee, evidence, collateral, handoverKey })),
  };
};

/** What one slot's evidence shows. */
export interface JudgedSlot {
  readonly slot: number;
  readonly checks: readonly Check[];
  /** Undefined where the evidence doesn't hold. */
  readonly verified: VerifiedEvidence | undefined;
}

export interface JudgedReport {
  readonly slots: readonly JudgedSlot[];
  /** Checks of all slots together. */
  readonly together: readonly Check[];
}

/**
 * Checks all that a report shows, offline. Whether both chains obey the group key, and whether
 * nobody else holds a share, it can't show.
 * @param now by a clock that whoever asks trusts, ms since 1970
 * @param roots the vendors' where left out
 */
export const checkReport = (
  { bridge: config, publicPackage, slots }: CeremonyReport,
  now: number,
  roots?: Roots,
): JudgedReport => {
  const bridgeId = bridgeIdOf(config);
  const judged = slots.map(({ tee, evidence, collateral, handoverKey }, i) => {
    const share = { slot: i + 1, publicPackage };
    const shown = { bridgeId, custodyKey: publicPackage.groupKey, handoverKey, tee, evidence, share };
    const judging = { config, bridgeId, challenge: publicPackage.roll, measurements: config.measurements };
    const { checks, verified } = checkEvidence(shown, { ...judging, collateral, now, ...(roots && { roots }) });
    return { slot: i + 1, share, checks, verified };
  });
  return { slots: judged, together: checkHolders(config, publicPackage.groupKey, judged) };
};
