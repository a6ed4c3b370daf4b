/** FROST on the platform's generator, and what it calls a slot. */
import { randomBytes } from "node:crypto";
import type { Holders } from "@pdiem/bridge/config/holders";
import { blindedFrost } from "@pdiem/light-client/crypto/blinded-frost";

export const frost = blindedFrost((length) => new Uint8Array(randomBytes(length)));

/** A slot's identifier: the scalar of its number, in hex. */
export const identifierOf = (slot: number): string => frost.Identifier.fromNumber(slot);

/** How many slots there are, and how many sign. */
export const signersOf = ({ threshold, slots }: Pick<Holders, "threshold" | "slots">) => ({
  min: threshold,
  max: slots.length,
});
