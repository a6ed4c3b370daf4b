/**
 * Transactions that call one function and are signed by one key. An enclave makes no others, and so
 * encodes no others. Their bytes are those that `signedTransaction` gives them.
 */
import { encode, enumeration, struct, type Union } from "../../codec/bcs.js";
import { hashOf, signingMessageOf } from "../hashing.js";
import { ed25519Authenticator } from "./ed25519.js";
import { type RawTransactionOf, rawTransactionOf } from "./raw-transaction-of.js";
import { type Script, script } from "./script.js";
import { type ScriptFunction, scriptFunction } from "./script-function.js";

interface CallPayloadVariants {
  readonly script: Script;
  readonly scriptFunction: ScriptFunction;
}

export type CallPayload = Union<CallPayloadVariants>;
export type CallTransaction = RawTransactionOf<CallPayload>;

const rawCall = rawTransactionOf(
  enumeration<CallPayloadVariants>("TransactionPayload", { script: [1, script], scriptFunction: [3, scriptFunction] }),
);
const signedCall = struct({
  rawTransaction: rawCall,
  authenticator: enumeration("TransactionAuthenticator", { ed25519: [0, ed25519Authenticator] }),
});
/** What is signed of one. */
export const callMessage = signingMessageOf("RawTransaction", rawCall);
const callHash = hashOf("Transaction", enumeration("Transaction", { user: [0, signedCall] }));

export interface SignedCall {
  /** BCS of the signed transaction, as `submit` takes it in hex. */
  readonly transaction: Uint8Array;
  /** The hash that it will have on the ledger. */
  readonly hash: Uint8Array;
}

/** Puts the signature of one Ed25519 key in. @param publicKey 32 bytes */
export const withSignature = (raw: CallTransaction, publicKey: Uint8Array, signature: Uint8Array): SignedCall => {
  const signed = {
    rawTransaction: raw,
    authenticator: { type: "ed25519", value: { publicKey, signature } },
  } as const;
  return { transaction: encode(signedCall, signed), hash: callHash({ type: "user", value: signed }) };
};
