/**
 * Values that one process has drawn and knows again for as long as it runs, without remembering any: nobody who asks for
 * many can make it forget one. 16 random bytes, and the first 16 of their HMAC-SHA256 with purpose and subject, under a key
 * that no other process has and that is never stored.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { concat, utf8 } from "@pdiem/light-client/bytes";

/** What a value is for; it is worth nothing for anything else. */
export type Purpose = "challenge" | "nonce" | "receipt";

const PURPOSES: Readonly<Record<Purpose, Uint8Array>> = {
  challenge: utf8("pdiem/challenge/v1"),
  nonce: utf8("pdiem/nonce/v1"),
  receipt: utf8("pdiem/receipt/v1"),
};

const HALF = 16;

export interface Drawing {
  /** 32 bytes, others each time. @param subject whom or what it is about, 32 bytes */
  readonly draw: (purpose: Purpose, subject: Uint8Array) => Uint8Array;
  /** Whether this process drew it for that purpose and subject. */
  readonly isDrawn: (purpose: Purpose, subject: Uint8Array, value: Uint8Array) => boolean;
}

export const createDrawing = (): Drawing => {
  const key = randomBytes(32);
  const complete = (purpose: Purpose, subject: Uint8Array, random: Uint8Array): Uint8Array => {
    const mac = createHmac("sha256", key).update(PURPOSES[purpose]).update(subject).update(random).digest();
    return concat(random, mac.subarray(0, HALF));
  };
  return {
    draw: (purpose, subject) => complete(purpose, subject, randomBytes(HALF)),
    isDrawn: (purpose, subject, value) =>
      value.length === 2 * HALF && timingSafeEqual(value, complete(purpose, subject, value.subarray(0, HALF))),
  };
};
