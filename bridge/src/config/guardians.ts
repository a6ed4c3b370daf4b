/** Guardians may stop and slow the bridge, and vouch for both chains (PROTOCOL 6). */
import { type Decoded, fixedBytes, struct, u32, vector } from "@pdiem/light-client/codec/bcs";

export const MAX_GUARDIANS = 64;

/** Ed25519 public keys of 32 bytes, and how many of them must sign. */
export const signers = struct({ keys: vector(fixedBytes(32), MAX_GUARDIANS), threshold: u32 });
export type Signers = Decoded<typeof signers>;

export const guardians = struct({
  keys: vector(fixedBytes(32), MAX_GUARDIANS),
  threshold: u32,
  /** Their account on the parachain, Freezer of every asset: 32 bytes. */
  freezer: fixedBytes(32),
});
export type Guardians = Decoded<typeof guardians>;
