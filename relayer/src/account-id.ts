/**
 * Parachain accounts as people write them. Source: Substrate's SS58 registry; sp_core::crypto,
 * Ss58Codec.
 */
import { createHash } from "node:crypto";
import { concat, equal, fromHex, utf8 } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { base58 } from "@scure/base";

const HEX = /^(?:0x)?[0-9a-fA-F]{64}$/;
const ACCOUNT_LENGTH = 32;
const CHECKSUM_LENGTH = 2;
const CHECKSUM_OF = utf8("SS58PRE");
/** Prefixes of one byte, networks 0 to 63 without those reserved; from 64 on they have two. */
const TWO_BYTES_FROM = 64;
const PREFIXES = 128;
const RESERVED: ReadonlySet<number> = new Set([46, 47]);

const checksumOf = (body: Uint8Array): Uint8Array =>
  createHash("blake2b512").update(CHECKSUM_OF).update(body).digest().subarray(0, CHECKSUM_LENGTH);

/** Substrate's own prefix, which nodes of every network take. */
const GENERIC = 42;

/** Writes an account as SS58 of no network in particular. */
export const formatAccountId = (account: Uint8Array): string => {
  const body = concat(Uint8Array.of(GENERIC), account);
  return base58.encode(concat(body, checksumOf(body)));
};

/** @returns undefined for what isn't SS58 of 32 bytes */
const fromSs58 = (text: string): Uint8Array | undefined => {
  const decoded = base58.decode(text);
  const [first = PREFIXES] = decoded;
  if (first >= PREFIXES || RESERVED.has(first)) return undefined;
  const start = first < TWO_BYTES_FROM ? 1 : 2;
  const end = start + ACCOUNT_LENGTH;
  if (decoded.length !== end + CHECKSUM_LENGTH) return undefined;
  return equal(checksumOf(decoded.subarray(0, end)), decoded.subarray(end)) ? decoded.slice(start, end) : undefined;
};

/**
 * Reads a parachain account as people write it: SS58 of any network, or 64 hex digits.
 * @throws DecodeError `decode/account-id`
 */
export const parseAccountId = (text: string): Uint8Array => {
  if (HEX.test(text)) return fromHex(text, ACCOUNT_LENGTH);
  try {
    const account = fromSs58(text.slice(0, 100));
    if (account !== undefined) return account;
  } catch {
    // Told below: the library's own message names none of what was expected.
  }
  throw new DecodeError("decode/account-id", `expected an SS58 address or 32 bytes of hex, got "${text.slice(0, 80)}"`);
};
