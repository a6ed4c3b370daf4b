import { approveTransfer, type Call, mint, remark, setTeam, thaw } from "@pdiem/light-client/polkadot/extrinsics/call";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { filled } from "../testing/config.js";
import { batchSize, checkBatchSize, isHalfFull } from "./batch-size.js";

const mints = (count: number): readonly Call[] =>
  Array.from({ length: count }, () => mint(0xffff_ffff, filled(32, 1), (1n << 128n) - 1n));

describe("PROTOCOL 3: the size of a batch", () => {
  it("counts calls, and at least their bytes under any runtime's encoding", () => {
    const { calls, bytes } = batchSize(mints(10));
    expect(calls).toBe(10);
    // Two indexes, a compact id of 5 bytes, an address of 33 and a compact amount of 17 each.
    expect(bytes).toBeGreaterThanOrEqual(10 * 57 + 200);
    const other = [setTeam(1, { issuer: filled(32, 1), admin: filled(32, 2), freezer: filled(32, 3) })];
    expect(batchSize(other).bytes).toBeGreaterThanOrEqual(2 + 4 + 3 * 33);
    expect(batchSize([thaw(1, filled(32, 1))]).bytes).toBeGreaterThanOrEqual(2 + 4 + 33);
    expect(batchSize([approveTransfer(1, filled(32, 1), 1n)]).bytes).toBeGreaterThanOrEqual(2 + 4 + 33 + 16);
  });

  it("counts each byte of a remark", () => {
    const told = (length: number) => batchSize([remark(new Uint8Array(length))]).bytes;
    expect(told(1_100) - told(100)).toBe(1_000);
  });

  it("is at most what the configuration allows, or the part of it that failed batches leave", () => {
    const { bytes } = batchSize(mints(12));
    const check = (limits: { calls: number; bytes: number }, divisor?: number) =>
      outcome(() => checkBatchSize(limits, mints(12), divisor));
    expect(check({ calls: 12, bytes })).toBe("accepted");
    expect(check({ calls: 11, bytes })).toBe("refused/batch-too-large");
    expect(check({ calls: 12, bytes: bytes - 1 })).toBe("refused/batch-too-large");
    expect(check({ calls: 36, bytes: 3 * bytes }, 3)).toBe("accepted");
    expect(check({ calls: 35, bytes: 3 * bytes }, 3)).toBe("refused/batch-too-large");
    expect(check({ calls: 36, bytes: 3 * bytes - 1 }, 3)).toBe("refused/batch-too-large");
  });

  it("is half of it by calls or by bytes", () => {
    const { bytes } = batchSize(mints(12));
    expect(isHalfFull({ calls: 24, bytes: 9 * bytes }, mints(12))).toBe(true);
    expect(isHalfFull({ calls: 99, bytes: 2 * bytes }, mints(12))).toBe(true);
    expect(isHalfFull({ calls: 25, bytes: 2 * bytes + 1 }, mints(12))).toBe(false);
  });
});
