/** The key that custody's account is made with, until the enclave's takes its place. */
import { randomBytes } from "node:crypto";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import {
  addressAtCreation,
  authenticationKeyPrefix,
  ed25519AuthenticationKey,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import { readSeed, writeSeed } from "../guardian/files.js";
import type { Output } from "../output.js";

/** What follows from a public key. */
export interface InterimKey {
  readonly publicKey: Uint8Array;
  readonly authenticationKey: Uint8Array;
  /** First half of the authentication key: what `create_parent_vasp_account` asks for. */
  readonly prefix: Uint8Array;
  /** The address of the account that is created with it. */
  readonly address: AccountAddress;
}

export const interimKeyOf = (publicKey: Uint8Array): InterimKey => {
  const authenticationKey = ed25519AuthenticationKey(publicKey);
  return {
    publicKey,
    authenticationKey,
    prefix: authenticationKeyPrefix(authenticationKey),
    address: addressAtCreation(authenticationKey),
  };
};

export interface InterimKeyOptions {
  /** File of a seed: 64 hex digits. */
  readonly key?: string;
  /** 32 bytes. */
  readonly publicKey?: Uint8Array;
}

/** @throws ConfigError of `readSeed` */
export const readInterimKey = ({ key, publicKey }: InterimKeyOptions): InterimKey | undefined => {
  if (key !== undefined) return interimKeyOf(publicKeyOf(readSeed(key)));
  return publicKey === undefined ? undefined : interimKeyOf(publicKey);
};

/** Makes a key, for its owner's eyes alone. @throws ConfigError `config/unwritable` */
export const makeInterimKey = (file: string, { json }: { readonly json?: boolean }, output: Output): void => {
  const seed = fromHex(toHex(randomBytes(32)), 32);
  writeSeed(file, seed);
  const { publicKey, authenticationKey, address } = interimKeyOf(publicKeyOf(seed));
  const told = { custody: address, publicKey, authenticationKey };
  const hex = Object.fromEntries(Object.entries(told).map(([name, bytes]) => [name, `0x${toHex(bytes)}`]));
  output.out(json === true ? JSON.stringify({ file, ...hex }) : `diem.custody 0x${toHex(address)}`);
  output.err(`public key 0x${toHex(publicKey)}: give it to pdiem custody plan --public-key`);
  output.err(`authentication key 0x${toHex(authenticationKey)}, until it is rotated`);
  output.err(`whoever has ${file} has custody until its key is rotated to the enclave's`);
};
