/**
 * A ceremony on its way (PROTOCOL 7a): what each slot's enclave has shown so far. Nothing of it is
 * secret: boxes open for their receivers alone. Whoever carries it can only stop the ceremony.
 */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { type Holders, MAX_SLOTS } from "@pdiem/bridge/config/holders";
import type { Part } from "@pdiem/bridge/holders/roll";
import { BOX_LENGTH } from "@pdiem/enclave/wire/handover";
import { equal } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { bytesOf, milliseconds, parsed, publicPackageJson, shownJson, slotNumber } from "./json.js";

const part = z.strictObject({
  handoverKey: bytesOf(32),
  challenge: bytesOf(32),
  commitments: z.array(bytesOf(32)).min(1).max(MAX_SLOTS).readonly(),
  proof: bytesOf(64),
});

const box = z.strictObject({ slot: slotNumber, box: bytesOf(BOX_LENGTH) });

const slotRecord = z.strictObject({
  part: part.optional(),
  /** Evidence over the roll. */
  enrolled: shownJson.optional(),
  /** What it has boxed for each other slot. */
  boxes: z.array(box).max(MAX_SLOTS).readonly().optional(),
  /** Its evidence as a holder, which answers the roll. */
  holder: shownJson.extend({ handoverKey: bytesOf(32), publicPackage: publicPackageJson }).optional(),
  /** Hash of all holders' evidence, once it has taken it, and at which proven time, ms. */
  receipt: z.strictObject({ hash: bytesOf(32), time: milliseconds }).optional(),
});
export type SlotRecord = z.output<typeof slotRecord>;

/** What a slot has shown as a holder. */
export type ShownHolder = NonNullable<SlotRecord["holder"]>;

const ceremonyRecord = z.strictObject({
  format: z.literal("pdiem-ceremony-1"),
  bridgeId: bytesOf(32),
  /** In their order. */
  slots: z.array(slotRecord).min(2).max(MAX_SLOTS).readonly(),
});
export type CeremonyRecord = z.output<typeof ceremonyRecord>;

/** Reads a parsed JSON value. @throws PdiemError `ceremony/form` */
export const parseRecord = (value: unknown): CeremonyRecord => parsed(ceremonyRecord, value, "a ceremony's file");

/** Writes a plain JSON value that `parseRecord` reads. */
export const formatRecord = (record: CeremonyRecord): unknown => z.encode(ceremonyRecord, record);

/**
 * Finds who is to hold the key.
 * @throws PdiemError `ceremony/sole-key` where the configuration names no holders
 */
export const holdersOf = ({ holders }: Pick<BridgeConfig, "holders">): Holders => {
  if (holders !== undefined) return holders;
  throw new PdiemError(
    "ceremony/sole-key",
    "expected a bridge whose configuration names holders: one enclave holds this one's key, and makes it by itself",
  );
};

/**
 * Makes the record of a ceremony that nobody has shown anything in.
 * @throws what `holdersOf` throws
 */
export const emptyRecord = (config: BridgeConfig): CeremonyRecord => ({
  format: "pdiem-ceremony-1",
  bridgeId: bridgeIdOf(config),
  slots: holdersOf(config).slots.map(() => ({})),
});

/**
 * Checks that a record is of the configuration's bridge.
 * @throws PdiemError `ceremony/other-bridge`
 */
export const checkRecord = (config: BridgeConfig, { bridgeId, slots }: CeremonyRecord): void => {
  if (!equal(bridgeId, bridgeIdOf(config)) || slots.length !== holdersOf(config).slots.length)
    throw new PdiemError(
      "ceremony/other-bridge",
      "expected a ceremony of the configuration's bridge: all operators need the very same configuration",
    );
};

/** Gives what a slot has shown. @param slot from 1 on */
export const slotIn = ({ slots }: CeremonyRecord, slot: number): SlotRecord => slots[slot - 1] ?? {};

/** Adds to what a slot has shown. */
export const withShown = (record: CeremonyRecord, slot: number, shown: SlotRecord): CeremonyRecord => ({
  ...record,
  slots: record.slots.map((one, i) => (i + 1 === slot ? { ...one, ...shown } : one)),
});

/** Gives all slots' parts; undefined while one is missing. */
export const partsIn = ({ slots }: CeremonyRecord): readonly Part[] | undefined => {
  const parts = slots.flatMap(({ part: one }) => (one === undefined ? [] : [one]));
  return parts.length === slots.length ? parts : undefined;
};
