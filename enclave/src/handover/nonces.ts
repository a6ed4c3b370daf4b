/**
 * Values that one secret makes and knows again, without remembering any. Nobody who asks for many
 * can make it forget one. 16 random bytes, and the first 16 of their HMAC-SHA256 with purpose and
 * subject under that secret.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { concat, utf8 } from "@pdiem/light-client/bytes";

/** What a value is for; it is worth nothing for anything else. */
export type Purpose = "challenge" | "checkpoint" | "handle" | "receipt";

const PURPOSES: Readonly<Record<Purpose, Uint8Array>> = {
  challenge: utf8("pdiem/challenge/v1"),
  checkpoint: utf8("pdiem/nonce/v1"),
  handle: utf8("pdiem/handle/v1"),
  receipt: utf8("pdiem/receipt/v1"),
};

const HALF = 16;

export interface Nonces {
  /** Makes 32 bytes, others each time. @param subject whom or what they are about, 32 bytes */
  readonly make: (purpose: Purpose, subject: Uint8Array) => Uint8Array;
  /** Tells whether the secret made them for that purpose and subject. */
  readonly isOwn: (purpose: Purpose, subject: Uint8Array, value: Uint8Array) => boolean;
}

/** @param secret 32 bytes */
export const createNonces = (secret: Uint8Array): Nonces => {
  const complete = (purpose: Purpose, subject: Uint8Array, random: Uint8Array): Uint8Array => {
    const mac = createHmac("sha256", secret).update(PURPOSES[purpose]).update(subject).update(random).digest();
    return concat(random, mac.subarray(0, HALF));
  };
  return {
    make: (purpose, subject) => complete(purpose, subject, randomBytes(HALF)),
    isOwn: (purpose, subject, value) =>
      value.length === 2 * HALF && timingSafeEqual(value, complete(purpose, subject, value.subarray(0, HALF))),
  };
};
