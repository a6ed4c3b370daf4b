/** A repair's split, sums and checks, by slot (PROTOCOL 7a). */
import { RefusedError } from "@pdiem/bridge/error";
import type { RepairSides } from "@pdiem/bridge/handover/repair";
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { utf8 } from "@pdiem/light-client/bytes";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import {
  type Addend,
  areOfScalar,
  areOfSplit,
  type RepairPart,
  splitShare,
  sumOfScalars,
} from "@pdiem/light-client/crypto/frost-repair";
import { frost } from "../signer/frost.js";
import type { Rows } from "../wire/repair.js";

/** What a repair is about, but for secrets. */
export type Repaired = Pick<RepairSides, "grant" | "helpers">;

const TAG = utf8("pdiem/repair-addend/v1");

const partOf = ({ grant, helpers }: Repaired, slot: number): RepairPart => ({
  lost: grant.slot,
  helpers: helpers.map((helper) => helper.slot),
  slot,
});

/**
 * Splits a slot's part of the lost share into one addend for each helper.
 * @param transcript hash, 32 bytes: addends follow from it and the share
 */
export const addendsOf = (
  repaired: Repaired,
  slot: number,
  share: Uint8Array,
  transcript: Uint8Array,
): readonly Addend[] =>
  splitShare(
    frost,
    partOf(repaired, slot),
    share,
    (helper) => new Uint8Array(blake2b256(TAG, transcript, Uint8Array.of(helper))),
  );

const blame = (holds: boolean, slot: number, what: string): void => {
  if (!holds)
    throw new RefusedError("refused/repair-fault", `expected ${what}: slot ${slot} is at fault, repair without it`);
};

/** Checks that there is a row for each helper, with a point for each. */
export const checkShape = ({ helpers: { length } }: Repaired, rows: Rows, boxes: readonly Uint8Array[]): void => {
  if (boxes.length === length && rows.length === length && rows.every((row) => row.length === length)) return;
  throw new RefusedError("refused/repair-rows", `expected ${length} points and a box of each of ${length} helpers`);
};

/**
 * Checks that each helper has split what its verifying share says. What vouches for the rows is
 * the caller's to check first.
 * @throws RefusedError `refused/repair-fault`, which names its slot
 */
export const checkRows = (repaired: Repaired, { slots }: PublicPackage, rows: Rows): void => {
  for (const [i, { slot }] of repaired.helpers.entries()) {
    const verifyingShare = slots[slot - 1]?.verifyingShare ?? new Uint8Array();
    const isSplit = areOfSplit(frost, partOf(repaired, slot), rows[i] ?? [], verifyingShare);
    blame(isSplit, slot, `points that add up to slot ${slot}'s part of the share`);
  }
};

/** Checks what a helper gave by its points. @throws RefusedError `refused/repair-fault` */
export const checkGiven = (slot: number, points: readonly Uint8Array[], scalar: Uint8Array): void =>
  blame(areOfScalar(points, scalar), slot, `what fits slot ${slot}'s points`);

/** Adds up what others gave, and wipes that. */
export const sumAndWipe = (scalars: readonly Uint8Array[]): Uint8Array => {
  try {
    return sumOfScalars(frost, scalars);
  } finally {
    for (const one of scalars) one.fill(0);
  }
};
