/** Parachain accounts as people write them. */
import { fromHex } from "@pdiem/light-client/bytes";
import { AccountId } from "@polkadot-api/substrate-bindings";

const HEX = /^(?:0x)?[0-9a-fA-F]{64}$/;

/** Reads SS58 of any network, or 64 hex digits; undefined for anything else. */
export const readAccount = (text: string): Uint8Array | undefined => {
  const trimmed = text.trim();
  if (HEX.test(trimmed)) return fromHex(trimmed.toLowerCase().replace(/^0x/, ""), 32);
  if (trimmed.length > 60) return undefined;
  try {
    return AccountId().enc(trimmed);
  } catch {
    return undefined;
  }
};

/** Writes an account with the network's prefix. */
export const writeAccount = (account: Uint8Array, prefix: number): string => AccountId(prefix).dec(account);
