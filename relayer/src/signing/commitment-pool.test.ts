import type { HandleCommitments } from "@pdiem/enclave/wire/signing";
import { describe, expect, it } from "vitest";
import { createCommitmentPool } from "./commitment-pool.js";

/** A holder that numbers what it gives. */
const numbering = () => {
  let made = 0;
  const asked: number[] = [];
  const ask = async (count: number): Promise<readonly HandleCommitments[]> => {
    asked.push(count);
    return Array.from({ length: count }, () => {
      made += 1;
      const point = new Uint8Array(32);
      return { handle: Uint8Array.of(made), nonces: { hiding: point, binding: point } };
    });
  };
  return { ask, asked };
};

const numbersOf = (given: readonly HandleCommitments[]): readonly number[] => given.map(({ handle }) => handle[0] ?? 0);

describe("commitments made ahead", () => {
  it("are given out once each, the holder being asked for what is short", async () => {
    const { ask, asked } = numbering();
    const pool = createCommitmentPool(ask, 10);
    await pool.fill();
    expect(asked).toEqual([8, 2]);
    expect(numbersOf(await pool.take(4))).toEqual([1, 2, 3, 4]);
    expect(numbersOf(await pool.take(8))).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(asked).toEqual([8, 2, 2]);
    await Promise.all([pool.fill(), pool.fill()]);
    expect(asked).toEqual([8, 2, 2, 8, 2]);
    expect(pool.size()).toBe(10);
  });

  it("are taken back once, and no more of them kept than are enough", async () => {
    const pool = createCommitmentPool(numbering().ask, 3);
    const taken = await pool.take(4);
    pool.giveBack(taken.slice(0, 1));
    pool.giveBack(taken.slice(0, 1));
    expect(numbersOf(await pool.take(2))).toEqual([1, 5]);
    pool.giveBack(taken);
    expect(pool.size()).toBe(3);
  });

  it("end with the process that made them, those that are asked for or given out among them", async () => {
    const { ask } = numbering();
    let answer: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let isSlow = false;
    const pool = createCommitmentPool(async (count) => {
      const given = await ask(count);
      if (isSlow) await slow;
      return given;
    }, 4);
    const out = await pool.take(2);
    await pool.fill();
    isSlow = true;
    const taking = pool.take(6);
    pool.drop();
    pool.giveBack(out);
    expect(pool.size()).toBe(0);
    isSlow = false;
    answer();
    const taken = numbersOf(await taking);
    expect(taken).toHaveLength(6);
    expect(Math.min(...taken)).toBeGreaterThan(8);
  });

  it("that can't be had are an error of whoever takes them, and none is lost by it", async () => {
    let isAway = true;
    const { ask } = numbering();
    const pool = createCommitmentPool(async (count) => {
      if (isAway) throw new Error("away");
      return ask(count);
    });
    await expect(pool.take(1)).rejects.toThrow("away");
    await expect(pool.fill()).rejects.toThrow("away");
    isAway = false;
    expect(numbersOf(await pool.take(1))).toEqual([1]);
  });
});
