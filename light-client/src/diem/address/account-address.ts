import { fromHex, toHex } from "../../bytes.js";
import { type Codec, fixedBytes } from "../../codec/bcs.js";
import type { HashValue } from "../hash-value.js";
import { hasher } from "../hashing.js";

/** 16 bytes, big endian where read as a number. */
export type AccountAddress = Uint8Array;

export const ACCOUNT_ADDRESS_LENGTH = 16;

/** 16 bytes without a length. */
export const accountAddress: Codec<AccountAddress> = fixedBytes(ACCOUNT_ADDRESS_LENGTH);

/** Key of an account in the state tree. */
export const accountAddressHash: (address: AccountAddress) => HashValue = hasher("AccountAddress");

/**
 * Reads exactly 32 hex digits, either case, `0x` before them or not.
 * @throws DecodeError `decode/hex`
 */
export const parseAccountAddress = (text: string): AccountAddress => fromHex(text, ACCOUNT_ADDRESS_LENGTH);

/** Writes 32 lower-case hex digits. */
export const formatAccountAddress = (address: AccountAddress): string => toHex(address);
