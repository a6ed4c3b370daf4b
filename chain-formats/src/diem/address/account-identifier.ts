/** Addresses as people see them: DIP 5, bech32 (not bech32m) of version 1. */

import { concat } from "@pdiem/light-client/bytes";
import { ACCOUNT_ADDRESS_LENGTH, type AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { DecodeError } from "@pdiem/light-client/error";
import { bech32 } from "@scure/base";

/** Names the network: mainnet, testnet (also devnet and testing), premainnet, dry run. */
export type HumanReadablePart = "dm" | "tdm" | "pdm" | "ddm";

export interface AccountIdentifier {
  readonly address: AccountAddress;
  /** 8 bytes; none: the account itself. Zeros mean none too. */
  readonly subaddress: Uint8Array | undefined;
}

export const SUBADDRESS_LENGTH = 8;

const VERSION = 1;
const WORDS = 1 + 39;

const fail = (reason: string): never => {
  throw new DecodeError("decode/account-identifier", `expected a DIP-5 account identifier: ${reason}`);
};

/** @param hrp of the network, such as `dm`; lower case in the result */
export const encodeAccountIdentifier = (hrp: string, address: AccountAddress, subaddress?: Uint8Array): string => {
  const data = concat(address, subaddress ?? new Uint8Array(SUBADDRESS_LENGTH));
  if (data.length !== ACCOUNT_ADDRESS_LENGTH + SUBADDRESS_LENGTH)
    throw new RangeError(`expected an address of 16 bytes and a subaddress of 8, got ${data.length} in all`);
  return bech32.encode(hrp, [VERSION, ...bech32.toWords(data)]);
};

/**
 * Reads an account identifier. Stricter than upstream's Rust decoder, which doesn't check the
 * checksum's variant or surplus bytes.
 * @param hrp of the network that the identifier must be for
 * @throws DecodeError `decode/account-identifier`
 */
export const decodeAccountIdentifier = (hrp: string, text: string): AccountIdentifier => {
  const decoded = bech32.decodeUnsafe(text);
  if (decoded === undefined) return fail("the text isn't bech32, or its checksum is wrong");
  if (decoded.prefix !== hrp) return fail(`its network is "${hrp}", got "${decoded.prefix}"`);
  const [version, ...words] = decoded.words;
  if (version !== VERSION) return fail(`its version is ${VERSION}, got ${version}`);
  if (decoded.words.length !== WORDS) return fail(`it has ${WORDS} characters of data, got ${decoded.words.length}`);
  const data = bech32.fromWordsUnsafe(words);
  if (data === undefined) return fail("its padding bits are zero");
  const subaddress = data.subarray(ACCOUNT_ADDRESS_LENGTH);
  return {
    address: data.subarray(0, ACCOUNT_ADDRESS_LENGTH),
    subaddress: subaddress.some((byte) => byte !== 0) ? subaddress : undefined,
  };
};
