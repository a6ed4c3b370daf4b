/** Vectors of transactions: payloads, signatures, hashes. */

import {
  addCurrencyToAccountCall,
  createChildVaspAccountCall,
  rotateAuthenticationKeyCall,
  rotateDualAttestationInfoCall,
} from "@pdiem/chain-formats/diem/transactions/account-calls";
import {
  authenticationKeyOf,
  type TransactionAuthenticator,
} from "@pdiem/chain-formats/diem/transactions/authenticator";
import {
  type FrameworkCall,
  legacyScriptPayload,
  readFrameworkCall,
  scriptFunctionPayload,
} from "@pdiem/chain-formats/diem/transactions/framework-call";
import { legacyScriptName } from "@pdiem/chain-formats/diem/transactions/legacy-scripts";
import { peerToPeerCall, readPeerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import { rawTransaction, signingMessage } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { verifySignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import {
  type SignedTransaction,
  signedTransaction,
  transaction,
} from "@pdiem/chain-formats/diem/transactions/transaction";
import {
  type TransactionPayload,
  transactionPayload,
} from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { concat, equal, utf8 } from "@pdiem/light-client/bytes";
import { type Codec, encode } from "@pdiem/light-client/codec/bcs";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { addressAtCreation } from "@pdiem/light-client/diem/transactions/authentication-key";
import { script, scriptHash } from "@pdiem/light-client/diem/transactions/script";
import { ProofError } from "@pdiem/light-client/error";
import { type Fields, type Handler, hexOfValue, type Results, UnreadableVector } from "./vector.js";

const scriptBytecode: Handler = (input) => {
  const code = input.hex("code");
  if (legacyScriptName(code) === undefined) throw new UnreadableVector("bytecode of an unknown script");
  return { length: code.length, script_hash_sha3_256: scriptHash(code) };
};

const CALLS: ReadonlyMap<string, (input: Fields) => FrameworkCall> = new Map<string, (input: Fields) => FrameworkCall>([
  [
    "create_child_vasp_account",
    (input) =>
      createChildVaspAccountCall({
        currency: input.text("coin_type"),
        childAddress: input.hex("child_address"),
        authKeyPrefix: input.hex("auth_key_prefix"),
        addAllCurrencies: input.flag("add_all_currencies"),
        childInitialBalance: input.integer("child_initial_balance"),
      }),
  ],
  ["rotate_authentication_key", (input) => rotateAuthenticationKeyCall(input.hex("new_key"))],
  ["add_currency_to_account", (input) => addCurrencyToAccountCall(input.text("currency"))],
  [
    "rotate_dual_attestation_info",
    (input) => rotateDualAttestationInfoCall(input.hex("new_url"), input.hex("new_key")),
  ],
  [
    "peer_to_peer_with_metadata",
    (input) =>
      peerToPeerCall({
        currency: input.text("currency"),
        payee: input.hex("payee"),
        amount: input.integer("amount"),
        metadata: input.hex("metadata"),
        metadataSignature: input.hex("metadata_signature"),
      }),
  ],
]);

const callOf = (input: Fields): FrameworkCall => {
  const name = input.has("function")
    ? input.text("function")
    : input.has("script")
      ? (input.text("script").split(" ")[0] ?? "")
      : "peer_to_peer_with_metadata";
  const call = CALLS.get(name);
  if (call === undefined) throw new UnreadableVector(`unknown call ${name}`);
  return call(input);
};

const checkReadable = (payload: TransactionPayload, call: FrameworkCall): void => {
  const read = readFrameworkCall(payload);
  const same =
    read !== undefined &&
    equal(
      encode(transactionPayload, scriptFunctionPayload(read)),
      encode(transactionPayload, scriptFunctionPayload(call)),
    );
  if (!same) throw new ProofError("proof/round-trip", "the call isn't recognized in its own payload");
};

const readScript = (input: Fields): Results => {
  const payload: TransactionPayload = { type: "script", value: input.bcs("script_bcs", script) };
  const call = readFrameworkCall(payload);
  return { name: call?.function, ...readPeerToPeer(payload) };
};

const payload: Handler = (input) => {
  if (input.has("script_bcs")) return readScript(input);
  const call = callOf(input);
  const asFunction = scriptFunctionPayload(call);
  const asScript = legacyScriptPayload(call);
  checkReadable(asFunction, call);
  checkReadable(asScript, call);
  return {
    script_bcs: asScript.type === "script" ? encode(script, asScript.value) : undefined,
    transaction_payload_bcs: encode(transactionPayload, input.has("script") ? asScript : asFunction),
  };
};

const KINDS = { writeSet: "write_set", script: "script", module: "module", scriptFunction: "script_function" } as const;

/** The seed that a network before the renaming to Diem would use, or today's. */
const prefixed = <T>(prefix: string, name: string, codec: Codec<T>, value: T): Uint8Array =>
  concat(sha3_256(utf8(prefix + name)), encode(codec, value));

const signature = (authenticator: TransactionAuthenticator): Results =>
  authenticator.type === "ed25519"
    ? { public_key: authenticator.value.publicKey, signature: authenticator.value.signature }
    : {};

const checkSignature = (signed: SignedTransaction, message: Uint8Array): void => {
  if (equal(message, signingMessage(signed.rawTransaction))) {
    verifySignedTransaction(signed);
    return;
  }
  const { authenticator } = signed;
  if (authenticator.type !== "ed25519") throw new UnreadableVector("an old prefix with another scheme than Ed25519");
  if (!verifyStrict(authenticator.value.publicKey, message, authenticator.value.signature))
    throw new ProofError("proof/signature", "the signature isn't valid");
};

const signed: Handler = (input, { expected }) => {
  const value = input.bcs("signed_txn", signedTransaction);
  const { rawTransaction: raw, authenticator } = value;
  const prefix = expected.has("hash_prefix") ? expected.text("hash_prefix") : "DIEM::";
  const message = prefixed(prefix, "RawTransaction", rawTransaction, raw);
  checkSignature(value, message);
  const sender = authenticator.type === "multiAgent" ? authenticator.value.sender : authenticator;
  return {
    sender: raw.sender,
    sequence_number: raw.sequenceNumber,
    payload_kind: KINDS[raw.payload.type],
    max_gas_amount: raw.maxGasAmount,
    gas_unit_price: raw.gasUnitPrice,
    gas_currency_code: raw.gasCurrencyCode,
    expiration_timestamp_secs: raw.expirationTimestampSecs,
    chain_id: raw.chainId,
    ...signature(authenticator),
    raw_txn: hexOfValue(rawTransaction, raw),
    signed_txn: hexOfValue(signedTransaction, value),
    hash_prefix: prefix,
    signing_message: message,
    transaction_hash: sha3_256(prefixed(prefix, "Transaction", transaction, { type: "user", value })),
    sender_matches_key: equal(addressAtCreation(authenticationKeyOf(sender)), raw.sender),
  };
};

export const transactionHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["script-bytecode", scriptBytecode],
  ["transaction-payload", payload],
  ["signed-transaction", signed],
]);
