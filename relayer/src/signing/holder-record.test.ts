import { describe, expect, it } from "vitest";
import { createHolderRecord } from "./holder-record.js";

const WRONG = { code: "holders/wrong-share", message: "it doesn't fit" };
const SKEW = { code: "refused/skew", message: "too far apart" };

const recordAt = () => {
  let now = 0;
  const record = createHolderRecord(() => now);
  return {
    record,
    pass: (ms: number): void => {
      now += ms;
    },
  };
};

describe("whom to ask first", () => {
  it("goes by how long answers take, for each verb by itself, and by the order among equals", () => {
    const [fast, slow] = [recordAt().record, recordAt().record];
    expect(fast.rank("settle")).toBe(slow.rank("settle"));
    fast.noteShare("settle", 100);
    slow.noteShare("settle", 400);
    expect(fast.rank("settle")).toBeLessThan(slow.rank("settle"));
    expect(fast.rank("payout")).toBe(slow.rank("payout"));
    for (let i = 0; i < 20; i++) slow.noteShare("settle", 102);
    expect(fast.rank("settle")).toBe(slow.rank("settle"));
  });

  it("isn't who has failed lately, the less the oftener; a good share ends that", () => {
    const { record, pass } = recordAt();
    const well = recordAt().record;
    well.noteShare("settle", 10_000);
    const restsFor = (): number => {
      let ms = 0;
      for (; record.rank("settle") > well.rank("settle"); ms += 1_000) pass(1_000);
      return ms;
    };
    record.noteFailure("settle", WRONG, 10);
    const first = restsFor();
    record.noteFailure("settle", WRONG, 10);
    expect(restsFor()).toBe(2 * first);
    record.noteFailure("settle", WRONG, 10);
    record.noteShare("settle", 10);
    record.noteFailure("settle", WRONG, 10);
    expect(restsFor()).toBe(first);
  });

  it("may be who refuses what was asked, which is no word on it", () => {
    const { record } = recordAt();
    record.noteFailure("settle", SKEW, 10_000);
    expect(record.rank("settle")).toBe(0);
  });

  it("is who hasn't been asked for long", () => {
    const { record, pass } = recordAt();
    record.noteShare("settle", 10);
    pass(600_001);
    expect(record.rank("settle")).toBeLessThan(0);
  });
});

it("is told by codes, with the last good share", () => {
  const { record } = recordAt();
  expect(record.blame()).toEqual({ lastShareAt: undefined, failures: new Map(), lastFailure: undefined });
  record.noteFailure("settle", WRONG, 10);
  record.noteFailure("payout", WRONG, 10);
  record.noteFailure("payout", SKEW, 10);
  record.noteShare("settle", 10);
  const { lastShareAt, failures, lastFailure } = record.blame();
  expect(lastShareAt).toBeTypeOf("number");
  expect(Object.fromEntries(failures)).toEqual({ [WRONG.code]: 2, [SKEW.code]: 1 });
  expect(lastFailure).toMatchObject(SKEW);
});
