import { fromHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { getSs58AddressInfo } from "@polkadot-api/substrate-bindings";

const HEX = /^(?:0x)?[0-9a-fA-F]{64}$/;

/**
 * Reads a parachain account as people write it: SS58 of any network, or 64 hex digits.
 * @throws DecodeError `decode/account-id`
 */
export const parseAccountId = (text: string): Uint8Array => {
  if (HEX.test(text)) return fromHex(text, 32);
  const read = getSs58AddressInfo(text.slice(0, 100));
  if (read.isValid && read.publicKey.length === 32) return read.publicKey;
  throw new DecodeError("decode/account-id", `expected an SS58 address or 32 bytes of hex, got "${text.slice(0, 80)}"`);
};
