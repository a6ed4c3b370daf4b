import { type Decoded, decode, encode, struct, u8 } from "@pdiem/light-client/codec/bcs";
import { publicPackage } from "./public-package.js";

/** A slot's share of a key that several hold (PROTOCOL 7a), but for its secret. */
export const share = struct({
  /** From 1 on. */
  slot: u8,
  publicPackage,
});
export type Share = Decoded<typeof share>;

/** Copies one, so that it keeps no message that it came in. */
export const copyShare = (value: Share | undefined): Share | undefined =>
  value === undefined ? undefined : decode(share, encode(share, value));
