/** Whoever makes the assets: an account, and its key if it is at hand. */
import { Keyring } from "@polkadot/api";
import { parseAccountId } from "../../account-id.js";
import { ConfigError } from "../../error.js";
import { readText } from "../json-file.js";
import type { Scheme } from "./schemes.js";

export type KeyPair = ReturnType<Keyring["addFromUri"]>;

export interface SenderOptions {
  /** SS58 or hex. */
  readonly sender?: string;
  /** File of a secret phrase, of 0x-hex of a seed, or of a secret URI. */
  readonly key?: string;
  readonly scheme?: Scheme;
}

export interface Sender {
  readonly account: Uint8Array | undefined;
  readonly pair: KeyPair | undefined;
}

const readPair = (file: string, scheme: Scheme): KeyPair => {
  try {
    return new Keyring({ type: scheme }).addFromUri(readText(file).trim());
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    // The library's own message may hold a part of the secret.
    throw new ConfigError("config/key", `expected a secret phrase, a 0x-hex seed or a secret URI in ${file}`);
  }
};

/**
 * Reads who makes the assets. Run it after a node has been opened: that makes sr25519 ready.
 * @throws ConfigError `config/unreadable`, `config/key`; DecodeError `decode/account-id`
 */
export const readSender = ({ sender, key, scheme = "sr25519" }: SenderOptions): Sender => {
  if (key !== undefined) {
    const pair = readPair(key, scheme);
    return { pair, account: pair.publicKey };
  }
  return { pair: undefined, account: sender === undefined ? undefined : parseAccountId(sender) };
};
