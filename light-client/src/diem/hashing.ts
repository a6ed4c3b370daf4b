/**
 * Diem's domain-separated SHA3-256. Sources: diem/diem crypto/crypto/src/hash.rs,
 * crypto/crypto-derive/src/hasher.rs.
 */
import { concat, fromHex, utf8 } from "../bytes.js";
import { type Codec, encode, hashEncoded } from "../codec/codec.js";
import { sha3_256 } from "../crypto/sha3.js";
import { HASH_LENGTH, type HashValue } from "./hash-value.js";

/**
 * Gives what is hashed before a value of the named type: SHA3-256 of "DIEM::" and the type's serde
 * name.
 */
export const seed = (name: string): HashValue => sha3_256(utf8(`DIEM::${name}`));

export type Hasher = (...parts: readonly Uint8Array[]) => HashValue;

/** Hashes parts, one after the other, as the content of the named type. */
export const hasher = (name: string): Hasher => {
  const prefix = seed(name);
  return (...parts) => sha3_256(prefix, ...parts);
};

/** Makes the hash function of a value of the named type: over its encoding. */
export const hashOf = <T>(name: string, codec: Codec<T>): ((value: T) => HashValue) => {
  const prefix = seed(name);
  return (value) => hashEncoded(sha3_256, codec, value, prefix);
};

/**
 * Makes the function that gives what is signed for a value of the named type. It is seed and
 * encoding, not hashed first.
 */
export const signingMessageOf = <T>(name: string, codec: Codec<T>): ((value: T) => Uint8Array) => {
  const prefix = seed(name);
  return (value) => encode(codec, value, prefix);
};

/** Combines two children into their parent. */
export type NodeHasher = (left: HashValue, right: HashValue) => HashValue;

/** Combines nodes of the named kind of tree. */
export const nodeHasher = (name: string): NodeHasher => {
  const prefix = seed(name);
  const input = concat(prefix, new Uint8Array(2 * HASH_LENGTH));
  return (left, right) => {
    if (left.length !== HASH_LENGTH || right.length !== HASH_LENGTH) return sha3_256(prefix, left, right);
    input.set(left, HASH_LENGTH);
    input.set(right, 2 * HASH_LENGTH);
    return sha3_256(input);
  };
};

export const hashTransactionAccumulatorNode: NodeHasher = nodeHasher("TransactionAccumulator");
export const hashEventAccumulatorNode: NodeHasher = nodeHasher("EventAccumulator");
export const hashSparseMerkleNode: NodeHasher = nodeHasher("SparseMerkleInternal");

/**
 * A text of at most 32 ASCII characters, zero-padded: how upstream writes constants that aren't
 * hashes of anything.
 */
const literal = (text: string): HashValue => {
  const hash = new Uint8Array(HASH_LENGTH);
  hash.set(utf8(text));
  return hash;
};

/** Root of an empty accumulator, and of every subtree right of an accumulator's last leaf. */
export const ACCUMULATOR_PLACEHOLDER_HASH: HashValue = literal("ACCUMULATOR_PLACEHOLDER_HASH");
/** Root of an empty state tree. */
export const SPARSE_MERKLE_PLACEHOLDER_HASH: HashValue = literal("SPARSE_MERKLE_PLACEHOLDER_HASH");
export const PRE_GENESIS_BLOCK_ID: HashValue = literal("PRE_GENESIS_BLOCK_ID");
/** A fixed value; not the id in the genesis ledger info, which is zero. */
export const GENESIS_BLOCK_ID: HashValue = fromHex("5e10bad45b35ed929cd6d2c7098b135d02dd259ae88a8d09f4eb5fbae9a6f6e4");
