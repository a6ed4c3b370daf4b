/** Machines that have been given slots' shares: none is given two slots' (PROTOCOL 7a). */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { bytes, type Decoded, vector } from "@pdiem/light-client/codec/bcs";
import { CHIP_ID_LENGTH } from "../config/attestation-policy.js";
import { MAX_SLOTS } from "../config/holders.js";
import { RefusedError } from "../error.js";
import type { Grant } from "../handover/grant.js";

/** How many machines of a slot are remembered. */
export const MAX_PLATFORMS = 8;

/** PPIDs or chip ids by slot, the oldest first. */
export const platforms = vector(vector(bytes(CHIP_ID_LENGTH), MAX_PLATFORMS), MAX_SLOTS);
export type Platforms = Decoded<typeof platforms>;

/**
 * Checks that no other slot's share has been given to the machine.
 * @throws RefusedError `refused/platform-of-another-slot`
 */
export const checkPlatform = (
  given: readonly (readonly (Uint8Array | undefined)[])[],
  { slot, platform }: Pick<Grant, "slot" | "platform">,
): void => {
  const other = given.findIndex(
    (ids, i) => i + 1 !== slot && ids.some((id) => id !== undefined && platform !== undefined && equal(id, platform)),
  );
  if (platform !== undefined && other >= 0)
    throw new RefusedError(
      "refused/platform-of-another-slot",
      `expected a machine that no other slot is on, 0x${toHex(platform)} was given slot ${other + 1}'s share`,
    );
};

/** Adds a machine to its slot's; beyond their bound the oldest goes. */
export const withPlatform = (given: Platforms, { slot, platform }: Pick<Grant, "slot" | "platform">): Platforms =>
  given.map((ids, i) =>
    i + 1 !== slot || platform === undefined
      ? ids
      : [...ids.filter((id) => !equal(id, platform)), platform].slice(-MAX_PLATFORMS),
  );
