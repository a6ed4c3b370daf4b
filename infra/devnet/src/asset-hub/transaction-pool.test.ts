import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { concat } from "@pdiem/light-client/bytes";
import { bytes, encode } from "@pdiem/light-client/codec/scale";
import { remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { describe, expect, it } from "vitest";
import { createTransactionPool, readPooled } from "./transaction-pool.js";

const hash = new Uint8Array(32);
const extrinsic = (key: number, nonce: number): Uint8Array => {
  const content = { call: remark(Uint8Array.of(1)), nonce, birth: { number: 0, hash } };
  return buildExtrinsic(
    pinnedFormat(STATEMINE_900),
    { ...content, genesisHash: hash, specVersion: 900, transactionVersion: 6, mortalPeriod: 64 },
    new Uint8Array(32).fill(key),
  );
};
const pooled = (key: number, nonce: number) => readPooled(extrinsic(key, nonce));

describe("the transaction pool", () => {
  it("keeps accounts in the order they came, each one's extrinsics by nonce", () => {
    const pool = createTransactionPool();
    for (const [key, nonce] of [
      [1, 5],
      [2, 0],
      [1, 3],
      [1, 4],
    ] as const)
      pool.add(pooled(key, nonce));
    const [first, second] = [pooled(1, 0).signer, pooled(2, 0).signer];
    expect(pool.pending().map(({ signer, nonce }) => [signer, nonce])).toEqual([
      [first, 3],
      [second, 0],
      [first, 4],
      [first, 5],
    ]);
  });

  it("tells the nonce after those that wait without a gap", () => {
    const pool = createTransactionPool();
    for (const nonce of [3, 4, 6]) pool.add(pooled(1, nonce));
    const { signer } = pooled(1, 0);
    expect(pool.nextNonce(signer, 3)).toBe(5);
    expect(pool.nextNonce(signer, 6)).toBe(7);
    expect(pool.nextNonce(signer, 2)).toBe(2);
    expect(pool.nextNonce(hash, 3)).toBe(3);
  });

  it("takes no extrinsic twice, but again once it is gone", () => {
    const pool = createTransactionPool();
    const one = pooled(1, 0);
    pool.add(one);
    expect(() => pool.add(one)).toThrow(expect.objectContaining({ rpcCode: 1013 }));
    pool.remove(one.hash);
    expect(pool.pending()).toEqual([]);
    pool.add(one);
    expect(pool.pending()).toEqual([one]);
  });

  it("refuses what isn't a signed extrinsic", () => {
    const whole = extrinsic(1, 0);
    const unsigned = encode(bytes, Uint8Array.of(4, 3, 0, 0));
    for (const bad of [new Uint8Array(), whole.subarray(1), whole.subarray(0, 60), concat(whole, whole), unsigned])
      expect(() => readPooled(bad)).toThrow(expect.objectContaining({ name: "DecodeError" }));
  });
});
