/** Vectors of encodings, hashes, keys and signatures. */

import { rawTransaction, signingMessage } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { signedTransaction, signTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { equal, toHex, utf8 } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { isValidPublicKey, publicKeyOf, verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { accountAddressHash } from "@pdiem/light-client/diem/address/account-address";
import {
  ACCUMULATOR_PLACEHOLDER_HASH,
  GENESIS_BLOCK_ID,
  PRE_GENESIS_BLOCK_ID,
  SPARSE_MERKLE_PLACEHOLDER_HASH,
  seed,
} from "@pdiem/light-client/diem/hashing";
import {
  addressAtCreation,
  authenticationKeyPrefix,
  ed25519AuthenticationKey,
  ed25519Preimage,
  multiEd25519AuthenticationKey,
  multiEd25519Preimage,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import {
  formatMultiEd25519PublicKey,
  formatMultiEd25519Signature,
  parseMultiEd25519PublicKey,
  parseMultiEd25519Signature,
  setBits,
  signMultiEd25519,
  verifyMultiEd25519,
} from "@pdiem/light-client/diem/transactions/multi-ed25519";
import { DecodeError, ProofError } from "@pdiem/light-client/error";
import { bcsType } from "./bcs-types.js";
import { bcsValue } from "./bcs-values.js";
import { type Fields, type Handler, hexOf, hexOfValue, integerOf, type Results, UnreadableVector } from "./vector.js";

const LITERALS: ReadonlyMap<string, Uint8Array> = new Map([
  ["ACCUMULATOR_PLACEHOLDER_HASH", ACCUMULATOR_PLACEHOLDER_HASH],
  ["SPARSE_MERKLE_PLACEHOLDER_HASH", SPARSE_MERKLE_PLACEHOLDER_HASH],
  ["PRE_GENESIS_BLOCK_ID", PRE_GENESIS_BLOCK_ID],
]);

const hashLiteral: Handler = (input) => {
  if (!input.has("ascii")) return { hash: GENESIS_BLOCK_ID };
  const hash = LITERALS.get(input.text("ascii"));
  if (hash === undefined) throw new UnreadableVector(`unknown constant ${input.text("ascii")}`);
  return { hash };
};

const hash: Handler = (input) =>
  input.has("address")
    ? { account_address_hash: accountAddressHash(input.hex("address")) }
    : { unsalted_sha3_256: sha3_256(input.hex("bcs_of_fixed_array")) };

const codecFor = (input: Fields) => {
  const codec = bcsType(input.text("type"));
  if (codec === undefined) throw new UnreadableVector(`unknown type ${input.text("type")}`);
  return codec;
};

const bcs: Handler = (input, { expected }) => {
  const codec = codecFor(input);
  const written = input.names.includes("value") ? bcsValue(input.text("type"), input.json("value")) : undefined;
  const again = encode(codec, decode(codec, expected.hex("bcs")));
  if (written !== undefined && !equal(written, again))
    throw new DecodeError("decode/round-trip", `the value is written as ${toHex(written)}`);
  return { bcs: again };
};

const bcsInvalid: Handler = (input) => {
  decode(codecFor(input), input.hex("bcs"));
  return {};
};

const keyResults = (publicKey: Uint8Array): Results => {
  const key = ed25519AuthenticationKey(publicKey);
  return {
    public_key: publicKey,
    auth_key_preimage: ed25519Preimage(publicKey),
    auth_key: key,
    auth_key_prefix: authenticationKeyPrefix(key),
    address: addressAtCreation(key),
  };
};

const multiKey = (input: Fields, publicKeys: readonly Uint8Array[]) =>
  parseMultiEd25519PublicKey(
    formatMultiEd25519PublicKey({ publicKeys, threshold: Number(input.integer("threshold")) }),
  );

const keys: Handler = (input) => {
  if (input.has("private_key")) return keyResults(publicKeyOf(input.hex("private_key")));
  if (input.has("public_key")) return keyResults(input.hex("public_key"));
  const key = multiKey(
    input,
    input.list("public_keys").map((one) => hexOf(one)),
  );
  const authenticationKey = multiEd25519AuthenticationKey(key);
  return {
    multi_public_key: formatMultiEd25519PublicKey(key),
    auth_key_preimage: multiEd25519Preimage(key),
    auth_key: authenticationKey,
    auth_key_prefix: authenticationKeyPrefix(authenticationKey),
    address: addressAtCreation(authenticationKey),
  };
};

const signedByMany = (input: Fields): Results => {
  const seeds = input.list("private_keys").map((one) => hexOf(one));
  const publicKey = multiKey(input, seeds.map(publicKeyOf));
  const signers = input.list("signers").map((one) => Number(integerOf(one)));
  const pairs = signers.map((index) => [index, seeds[index] ?? new Uint8Array(32)] as const);
  const raw = input.bcs("raw_txn", rawTransaction);
  const signature = signMultiEd25519(pairs, signingMessage(raw));
  verifyMultiEd25519(publicKey, signingMessage(raw), signature);
  const key = multiEd25519AuthenticationKey(publicKey);
  return {
    multi_public_key: formatMultiEd25519PublicKey(publicKey),
    multi_signature: formatMultiEd25519Signature(signature),
    auth_key: key,
    sender: addressAtCreation(key),
    signed_txn: hexOfValue(signedTransaction, signTransaction(raw, { type: "multiEd25519", publicKey, seeds: pairs })),
  };
};

const multisig: Handler = (input) => {
  if (input.has("bitmap")) {
    const bits = setBits(input.hex("bitmap"));
    return { set_bits: bits, last_set_bit: bits.at(-1) };
  }
  if (input.has("private_keys")) return signedByMany(input);
  const key = input.has("multi_public_key") ? parseMultiEd25519PublicKey(input.hex("multi_public_key")) : undefined;
  const signature = input.has("multi_signature") ? parseMultiEd25519Signature(input.hex("multi_signature")) : undefined;
  if (key !== undefined && signature !== undefined) verifyMultiEd25519(key, input.hex("message"), signature);
  if (key === undefined && signature === undefined) throw new UnreadableVector("expected a key or a signature");
  return {};
};

const torsion = (input: Fields, expected: Fields): Results => {
  const points = input.list("points").map((one) => hexOf(one));
  const good = publicKeyOf(new Uint8Array(32).fill(7));
  const scalar = new Uint8Array(32);
  const refusedAsR = (r: Uint8Array): boolean =>
    [good, ...points].every((key) => !verifyStrict(key, utf8("message"), Uint8Array.from([...r, ...scalar])));
  return {
    as_public_key: points.some(isValidPublicKey) ? "accepted" : expected.json("as_public_key"),
    as_signature_R: points.every(refusedAsR) ? expected.json("as_signature_R") : "accepted",
  };
};

const ed25519: Handler = (input, { expected }) => {
  if (input.has("points")) return torsion(input, expected);
  if (!verifyStrict(input.hex("public_key"), input.hex("message"), input.hex("signature")))
    throw new ProofError("proof/signature", "the signature isn't valid");
  return {};
};

export const primitiveHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["hash-seed", (input) => ({ seed: seed(input.text("name")) })],
  ["hash-literal", hashLiteral],
  ["hash", hash],
  ["bcs", bcs],
  ["bcs-invalid", bcsInvalid],
  ["keys", keys],
  ["multisig", multisig],
  ["ed25519", ed25519],
]);
