import { describe, expect, it } from "vitest";
import { titleOf, withoutLongBytes, withReadableTimes } from "./board-words.js";

const payee = "62804de2f81d005ed06b5b37ffb30c0a";
const job = { name: "deposit", progress: 0, returnvalue: null, failedReason: "", data: {} };

describe("a job on the dashboard", () => {
  it.each([
    ["25000000 XUS", { data: { currency: "XUS", amount: "25000000" } }],
    ["25000000 XUS · proven", { data: { currency: "XUS", amount: "25000000" }, progress: { stage: "proven" } }],
    [
      "7 XUS to 62804de2… on Diem · waits for room in the release window",
      {
        data: { currency: "XUS", amount: "7", payee, account: "ab" },
        progress: { stage: "proven", waitingFor: "room in the release window" },
      },
    ],
    [
      "7 XUS · refunded",
      {
        data: { currency: "XUS", amount: "7" },
        progress: { stage: "finalized" },
        returnvalue: { outcome: "refunded" },
      },
    ],
    [
      "payments from release 3 on · signed up to release 67",
      { data: { from: "3" }, progress: { from: "3", to: "67" } },
    ],
    ["account 62804de2… · registered as 4", { data: { account: payee }, returnvalue: { index: 4 } }],
    ["batch 5 · batch/failed: why", { data: { nonce: 5, anchor: "00" }, failedReason: "batch/failed: why" }],
  ])("is titled %j", (title, parts) => {
    expect(titleOf({ ...job, ...parts })).toBe(title);
  });

  it("has a title whatever Redis holds", () => {
    expect(titleOf({ ...job, data: { whatever: 1 } })).toBe("deposit");
    for (const value of [undefined, null, 7, "x", [], { name: 1 }, { ...job, data: null }])
      expect(titleOf(value)).toBe("job");
  });

  it("shows of a signed batch how long it is, and everything else as it is", () => {
    const data = { anchor: "ab".repeat(32), batch: { extrinsic: "0a".repeat(101), deposits: ["1"] } };
    expect(withoutLongBytes(data)).toEqual({
      ...data,
      batch: { extrinsic: "0a0a0a0a… (101 bytes)", deposits: ["1"] },
    });
    expect(withoutLongBytes(undefined)).toBe(null);
  });

  it("shows times as people read them", () => {
    expect(withReadableTimes({ stage: "proven", at: { seen: 0, proven: 1500 }, release: 3 })).toEqual({
      stage: "proven",
      at: { seen: "1970-01-01T00:00:00.000Z", proven: "1970-01-01T00:00:01.500Z" },
      release: 3,
    });
    expect(withReadableTimes({ from: "3", expires: 1.5 })).toEqual({
      from: "3",
      expires: "1970-01-01T00:00:01.500Z",
    });
    expect(withReadableTimes({ expires: 1e300 })).toEqual({ expires: 1e300 });
    for (const value of [0, "x", null, undefined]) expect(withReadableTimes(value)).toBe(value);
  });
});
