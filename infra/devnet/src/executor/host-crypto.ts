/**
 * The runtime's functions of hashes, signatures and tries. Source: sp_io::hashing, crypto, trie.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concat, fromHex } from "@pdiem/light-client/bytes";
import { bytes, compactU32, decode, encode, vector } from "@pdiem/light-client/codec/scale";
import { blake2b128, blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { twox64, twox128 } from "@pdiem/light-client/crypto/twox";
import * as sr25519 from "@scure/sr25519";
import { listRoot } from "../trie/encode.js";
import type { LinearMemory, Span } from "./linear-memory.js";

const items = vector(bytes);
const SPKI_OF_ED25519 = fromHex("302a300506032b6570032100", 12);
const ECDSA_BAD_SIGNATURE = 2;

const verifyEd25519 = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean => {
  const der = Buffer.from(concat(SPKI_OF_ED25519, publicKey));
  return verify(undefined, message, createPublicKey({ key: der, format: "der", type: "spki" }), signature);
};

const holds = (check: () => boolean): number => {
  try {
    return check() ? 1 : 0;
  } catch {
    return 0;
  }
};

/** @param signature r, s, and which point, of 65 bytes */
const recover = (signature: Uint8Array, hash: Uint8Array, compressed: boolean): Uint8Array => {
  try {
    const last = signature[64] ?? 0;
    const recovered = concat(Uint8Array.of(last > 26 ? last - 27 : last), signature.subarray(0, 64));
    const point = secp256k1.Signature.fromBytes(recovered, "recovered").recoverPublicKey(hash);
    const key = point.toBytes(compressed);
    return concat(Uint8Array.of(0), compressed ? key : key.subarray(1));
  } catch {
    return Uint8Array.of(1, ECDSA_BAD_SIGNATURE);
  }
};

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

export const cryptoFunctions = ({ read, readSpan, give, put }: LinearMemory): Functions => {
  const hashing = (hash: (input: Uint8Array) => Uint8Array) => (input: Span) => put(hash(readSpan(input)));
  const orderedRoot = (list: Span): number =>
    put(listRoot((index) => encode(compactU32, index), decode(items, readSpan(list))));
  return {
    ext_hashing_blake2_128_version_1: hashing(blake2b128),
    ext_hashing_blake2_256_version_1: hashing(blake2b256),
    ext_hashing_twox_64_version_1: hashing(twox64),
    ext_hashing_twox_128_version_1: hashing(twox128),
    ext_hashing_keccak_256_version_1: hashing(keccak_256),
    ext_hashing_sha2_256_version_1: hashing((input) => createHash("sha256").update(input).digest()),
    ext_crypto_ed25519_verify_version_1: (signature: number, message: Span, key: number) =>
      holds(() => verifyEd25519(read(signature, 64), readSpan(message), read(key, 32))),
    ext_crypto_sr25519_verify_version_2: (signature: number, message: Span, key: number) =>
      holds(() => sr25519.verify(readSpan(message), read(signature, 64), read(key, 32))),
    ext_crypto_secp256k1_ecdsa_recover_version_2: (signature: number, hash: number) =>
      give(recover(read(signature, 65), read(hash, 32), false)),
    ext_crypto_secp256k1_ecdsa_recover_compressed_version_2: (signature: number, hash: number) =>
      give(recover(read(signature, 65), read(hash, 32), true)),
    // Each signature of a batch was checked when it was added.
    ext_crypto_start_batch_verify_version_1: () => undefined,
    ext_crypto_finish_batch_verify_version_1: () => 1,
    ext_trie_blake2_256_ordered_root_version_1: orderedRoot,
    ext_trie_blake2_256_ordered_root_version_2: orderedRoot,
  };
};
