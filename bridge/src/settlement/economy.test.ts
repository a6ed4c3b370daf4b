import { approveTransfer, batchAll, type Call, mint, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import { ASSET_HUB, STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { describe, expect, it } from "vitest";
import { type Batch, checkEconomy, earliestBatch, failuresSince, limitOf, sizeOf } from "./economy.js";
import { filled } from "../testing/config.js";
import { refusal } from "../testing/refusal.js";

const mints = (count: number): readonly Call[] => [
  ...Array.from({ length: count }, () => mint(1, filled(32, 1), 1n << 60n)),
  approveTransfer(1, filled(32, 2), 1n),
  remark(new Uint8Array(64 * count)),
];

const check = (change: Partial<Batch>): string | undefined =>
  refusal(() =>
    checkEconomy({
      profile: STATEMINE_900,
      calls: mints(1),
      items: 1,
      isWorthwhile: true,
      failures: 0,
      time: 1_000n,
      earliest: 1_000n,
      ...change,
    }),
  );

/** The largest number of mints that is accepted after some failures. */
const most = (profile: ChainProfile, failures: number): number => {
  let count = 2;
  while (check({ profile, calls: mints(count + 1), items: count + 1, failures }) === undefined) count += 1;
  return count;
};

describe("the economy of batches", () => {
  it("refuses an empty batch", () => {
    expect(check({ items: 0, isWorthwhile: false })).toBe("refused/empty-batch");
    expect(check({ items: 0, isWorthwhile: true })).toBeUndefined();
  });

  it("wants batchInterval between batches, more after each failure", () => {
    expect(check({ time: 999n })).toBe("refused/too-early");
    expect(check({ time: 1_000n })).toBeUndefined();
    expect([0, 1, 2].map((failures) => earliestBatch(500n, 10n, failures))).toEqual([510n, 520n, 530n]);
  });

  it("takes a batch that is half full at once, unless one has failed", () => {
    const whole = most(STATEMINE_900, 0);
    const half = Math.ceil(whole / 2) + 2;
    expect(check({ calls: mints(half), items: half, time: 0n })).toBeUndefined();
    expect(check({ calls: mints(half - 5), items: half - 5, time: 0n })).toBe("refused/too-early");
    expect(check({ calls: mints(half / 2), items: half / 2, time: 0n, failures: 1 })).toBe("refused/too-early");
  });

  it("takes at most half a block, and half as much after each failure, but always one item", () => {
    // As measured on that runtime: 669 mints with 64 B of remark each are under half of the normal class.
    expect(most(STATEMINE_900, 0)).toBeGreaterThan(640);
    expect(most(STATEMINE_900, 0)).toBeLessThanOrEqual(669);
    expect(most(STATEMINE_900, 1)).toBeLessThan(340);
    const huge = mints(700);
    expect(check({ calls: huge, items: 700 })).toBe("refused/batch-too-large");
    expect(check({ calls: mints(1), items: 1, failures: 60 })).toBeUndefined();
    expect(check({ calls: mints(2), items: 2, failures: 60 })).toBe("refused/batch-too-large");
  });

  it.each([STATEMINE_900, ASSET_HUB])(
    "counts each byte of a remark, and at least the extrinsic's length: $name",
    (profile) => {
      const told = (bytes: number) => sizeOf(profile, [remark(new Uint8Array(bytes))]);
      const [short, long] = [told(100).weight.refTime, told(1_100).weight.refTime];
      expect(long - short).toBe(1_000n * profile.remarkByteRefTime);
      for (const calls of [mints(0), mints(600)]) {
        const content = {
          call: batchAll(calls),
          nonce: 0xffff_ffff,
          birth: { number: 0xffff_ffff, hash: filled(32, 1) },
          genesisHash: filled(32, 2),
          specVersion: 1,
        };
        const { length } = buildExtrinsic(profile, content, filled(32, 3));
        expect(sizeOf(profile, calls).length).toBeGreaterThanOrEqual(BigInt(length));
      }
    },
  );

  it("adds up the base, each call and each byte of a remark", () => {
    const profile: ChainProfile = {
      ...STATEMINE_900,
      baseWeight: { refTime: 1_000n, proofSize: 50n },
      callWeight: { refTime: 100n, proofSize: 7n },
      remarkByteRefTime: 3n,
    };
    expect(sizeOf(profile, mints(2)).weight).toEqual({
      refTime: 1_000n + 4n * 100n + 128n * 3n,
      proofSize: 50n + 4n * 7n,
    });
  });

  describe("by any one of weight, proof and length", () => {
    const calls = mints(2);
    const { weight, length } = sizeOf(ASSET_HUB, calls);
    /** A block that is so many times as large as the batch, to a unit. */
    const times = (
      factor: number,
      less: { refTime?: bigint; proofSize?: bigint; length?: number } = {},
    ): ChainProfile => ({
      ...ASSET_HUB,
      normalWeight: {
        refTime: BigInt(factor) * weight.refTime - (less.refTime ?? 0n),
        proofSize: BigInt(factor) * weight.proofSize - (less.proofSize ?? 0n),
      },
      normalLength: factor * Number(length) - (less.length ?? 0),
    });
    const LESS = [{ refTime: 1n }, { proofSize: 1n }, { length: 1 }];

    it("is at most half a block", () => {
      expect(check({ profile: times(2), calls, items: 2 })).toBeUndefined();
      for (const less of LESS)
        expect(check({ profile: times(2, less), calls, items: 2 })).toBe("refused/batch-too-large");
    });

    it("is half full above a quarter of a block", () => {
      expect(check({ profile: times(4), calls, items: 2, time: 0n })).toBe("refused/too-early");
      for (const less of LESS) expect(check({ profile: times(4, less), calls, items: 2, time: 0n })).toBeUndefined();
    });
  });

  it("counts an extrinsic's length as proof where the runtime does", () => {
    const length = sizeOf(ASSET_HUB, mints(10)).length;
    const apart = sizeOf({ ...ASSET_HUB, lengthCountsAsProof: false }, mints(10)).weight.proofSize;
    expect(sizeOf(ASSET_HUB, mints(10)).weight.proofSize).toBe(apart + length);
    expect(limitOf(ASSET_HUB, 0).weight.proofSize).toBe(ASSET_HUB.normalWeight.proofSize / 2n);
  });

  it("counts failed batches by the nonce, which never goes back", () => {
    expect(failuresSince(5, 7)).toBe(2);
    expect(refusal(() => failuresSince(5, 4))).toBe("refused/nonce-behind");
  });
});
