import { decodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { fromHex } from "@pdiem/light-client/bytes";
import { ACCOUNT_ADDRESS_LENGTH, type AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { DecodeError, isPdiemError } from "@pdiem/light-client/error";

/** Payee on Diem. */
export interface Payee {
  readonly payee: AccountAddress;
  /** 8 bytes. */
  readonly subaddress: Uint8Array | undefined;
}

const HEX = /^(?:0x)?[0-9a-fA-F]{32}$/;

/**
 * Reads a Diem address as people write it: DIP-5 of the network, or 32 hex digits.
 * @throws DecodeError `decode/account-identifier`
 */
export const parsePayee = (hrp: string, text: string): Payee => {
  if (HEX.test(text)) return { payee: fromHex(text, ACCOUNT_ADDRESS_LENGTH), subaddress: undefined };
  try {
    const { address, subaddress } = decodeAccountIdentifier(hrp, text.slice(0, 200));
    return { payee: address, subaddress };
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    throw new DecodeError(
      cause.code,
      `expected 32 hex digits, or a DIP-5 address (${hrp}1...): ${cause.message}`,
      "never",
      { cause },
    );
  }
};
