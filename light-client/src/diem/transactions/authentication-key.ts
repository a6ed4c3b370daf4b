/**
 * What an account checks the keys of its transactions against. Source:
 * types/src/transaction/authenticator.rs.
 */
import { concat } from "../../bytes.js";
import { sha3_256 } from "../../crypto/sha3.js";
import type { AccountAddress } from "../address/account-address.js";
import { formatMultiEd25519PublicKey, type MultiEd25519PublicKey } from "./multi-ed25519.js";

/** 32 bytes. */
export type AuthenticationKey = Uint8Array;

const ED25519_SCHEME = Uint8Array.of(0);
const MULTI_ED25519_SCHEME = Uint8Array.of(1);

/** Gives what is hashed to the authentication key: key material and scheme byte. */
export const ed25519Preimage = (publicKey: Uint8Array): Uint8Array => concat(publicKey, ED25519_SCHEME);

export const multiEd25519Preimage = (key: MultiEd25519PublicKey): Uint8Array =>
  concat(formatMultiEd25519PublicKey(key), MULTI_ED25519_SCHEME);

export const ed25519AuthenticationKey = (publicKey: Uint8Array): AuthenticationKey =>
  sha3_256(ed25519Preimage(publicKey));

export const multiEd25519AuthenticationKey = (key: MultiEd25519PublicKey): AuthenticationKey =>
  sha3_256(multiEd25519Preimage(key));

/** Gives the first half: what creating an account asks for beside the address. */
export const authenticationKeyPrefix = (key: AuthenticationKey): Uint8Array => key.subarray(0, 16);

/**
 * Gives the address of an account *created* with this key; after a rotation the account keeps its
 * old address.
 */
export const addressAtCreation = (key: AuthenticationKey): AccountAddress => key.subarray(16, 32);
