import { type Codec, sizedBytes } from "../codec/bcs.js";

/** 32 bytes. */
export type HashValue = Uint8Array;

export const HASH_LENGTH = 32;

/** Diem's `HashValue`: 32 bytes behind their length. */
export const hashValue: Codec<HashValue> = sizedBytes(HASH_LENGTH);
