/** Extrinsics that wait for a block: in the order they came, an account's by their nonces. */
import { toHex } from "@pdiem/light-client/bytes";
import { readAll } from "@pdiem/light-client/codec/reader";
import { bytes, compactU32, decode } from "@pdiem/light-client/codec/scale";
import { DecodeError } from "@pdiem/light-client/error";
import { extrinsicHash, extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { RpcError } from "../json-rpc/error.js";

export interface PooledExtrinsic {
  readonly extrinsic: Uint8Array;
  readonly hash: Uint8Array;
  /** 32 bytes. */
  readonly signer: Uint8Array;
  readonly nonce: number;
}

export interface TransactionPool {
  /** @throws RpcError 1013 when it is there already, 1016 when the pool is full */
  readonly add: (pooled: PooledExtrinsic) => void;
  readonly remove: (hash: Uint8Array) => void;
  readonly pending: () => readonly PooledExtrinsic[];
  /**
   * Gives the nonce after those of an account's pending extrinsics that follow `next` without a
   * gap.
   */
  readonly nextNonce: (signer: Uint8Array, next: number) => number;
}

const MAX_PENDING = 8192;
/** The signature's length by kind of `MultiSignature`. */
const SIGNATURE_LENGTHS = [64, 64, 65] as const;

const readNonce = (extrinsic: Uint8Array): number =>
  readAll(decode(bytes, extrinsic), (reader) => {
    reader.bytes(34);
    const length = SIGNATURE_LENGTHS[reader.u8()];
    if (length === undefined) throw new DecodeError("decode/extrinsic", "expected a known kind of signature");
    reader.bytes(length);
    if (reader.u8() !== 0) reader.u8();
    const nonce = compactU32.read(reader);
    reader.bytes(reader.left());
    return nonce;
  });

/** @throws DecodeError unless it is a signed extrinsic of version 4 for a plain account */
export const readPooled = (extrinsic: Uint8Array): PooledExtrinsic => {
  const signer = extrinsicSigner(extrinsic);
  if (signer === undefined)
    throw new DecodeError("decode/extrinsic", "expected a signed extrinsic of version 4 from an account id");
  return { extrinsic, hash: extrinsicHash(extrinsic), signer, nonce: readNonce(extrinsic) };
};

export const createTransactionPool = (): TransactionPool => {
  const byHash = new Map<string, PooledExtrinsic>();
  const pending = (): readonly PooledExtrinsic[] => {
    const waiting = [...byHash.values()];
    const bySigner = new Map<string, PooledExtrinsic[]>();
    for (const one of waiting) {
      const key = toHex(one.signer);
      const own = bySigner.get(key) ?? [];
      own.push(one);
      bySigner.set(key, own);
    }
    for (const own of bySigner.values()) own.sort((a, b) => b.nonce - a.nonce);
    // Each account keeps the places that its extrinsics came at, and fills them by nonce.
    return waiting.map((one) => bySigner.get(toHex(one.signer))?.pop() ?? one);
  };
  return {
    pending,
    add: (pooled) => {
      const key = toHex(pooled.hash);
      if (byHash.has(key)) throw new RpcError(1013, "rpc/already-imported", "Transaction is already imported");
      if (byHash.size >= MAX_PENDING)
        throw new RpcError(1016, "rpc/pool-full", "Immediately dropped: the pool is full");
      byHash.set(key, pooled);
    },
    remove: (hash) => void byHash.delete(toHex(hash)),
    nextNonce: (signer, next) => {
      const account = toHex(signer);
      const own = new Set([...byHash.values()].filter((one) => toHex(one.signer) === account).map((one) => one.nonce));
      let nonce = next;
      while (own.has(nonce)) nonce += 1;
      return nonce;
    },
  };
};
