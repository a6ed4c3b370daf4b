import { describe, expect, it } from "vitest";
import { evidenceJson, formatEvidence, parseEvidence } from "../facts/proof-bundle.js";
import { formatItems, type Items, NO_ITEMS, parseItems } from "./items.js";
import type { Release } from "../ledger/release.js";
import { filled } from "../testing/config.js";
import { refusal } from "../testing/refusal.js";
import { itemOf } from "../testing/world.js";

const release: Release = {
  currency: "XUS",
  amount: 5n,
  payee: filled(16, 1),
  subaddress: filled(8, 2),
  origin: { type: "withdrawal", value: { account: filled(32, 3), refundAccount: undefined } },
};

describe("items", () => {
  it("are the same after a round through JSON text", () => {
    const items: Items = {
      deposits: [
        itemOf(1n << 60n),
        itemOf(2n, { account: { leaf: filled(32, 1), siblings: [filled(32, 2)] }, paymentsBefore: 0n }),
        itemOf(3n, { release: { leaf: release, siblings: [] } }),
      ],
      withdrawals: [
        {
          preimage: { payee: filled(16, 4), subaddress: filled(8, 5), refundAccount: filled(32, 6) },
          currency: "XUS",
        },
        { preimage: { payee: filled(16, 4), subaddress: undefined, refundAccount: undefined }, currency: "XDX" },
      ],
      registrations: [filled(32, 9)],
      feeClaims: ["XUS"],
      sentEvents: 3,
    };
    expect(parseItems(JSON.parse(JSON.stringify(formatItems(items))))).toEqual(items);
  });

  it("are bounded", () => {
    const item = { number: "0" };
    const long = Array.from({ length: 64 }, () => `0x${"00".repeat(32)}`);
    const base = formatItems(NO_ITEMS);
    for (const wrong of [
      { ...Object(base), deposits: Array.from({ length: 2049 }, () => item) },
      { ...Object(base), deposits: [{ number: "-1" }] },
      { ...Object(base), deposits: [{ ...item, account: { leaf: `0x${"00".repeat(32)}`, siblings: long } }] },
      { ...Object(base), registrations: [...long, ...long] },
      { ...Object(base), sentEvents: 4097 },
      { ...Object(base), withdrawals: [{ preimage: { payee: "0x00" }, currency: "XUS" }] },
      { ...Object(base), withdrawals: [{ preimage: { payee: `0x${"00".repeat(16)}` }, currency: "xus" }] },
      { ...Object(base), unknown: 1 },
    ])
      expect(refusal(() => parseItems(wrong))).toBe("decode/json");
    const junk = { number: "0", release: { leaf: "0x00", siblings: [] } };
    expect(refusal(() => parseItems({ ...Object(base), deposits: [junk] }))).toMatch(/^decode\//);
  });
});

describe("evidence", () => {
  const evidence = {
    diem: {
      latest: filled(3, 1),
      epochChangeProof: filled(2, 0),
      accounts: [{ address: filled(16, 1), proof: filled(4, 2) }],
      events: [filled(5, 3)],
    },
    parachain: {
      finality: [
        { proof: filled(6, 4), header: undefined },
        { proof: filled(6, 5), header: filled(7, 6) },
      ],
      headProof: [filled(8, 7)],
      storageProof: [filled(9, 8), filled(9, 9)],
    },
  };

  it("is the same after a round through JSON text", () => {
    const read = parseEvidence(JSON.parse(JSON.stringify(formatEvidence(evidence))));
    expect(formatEvidence(read)).toEqual(formatEvidence(evidence));
    expect(read.diem).toEqual(evidence.diem);
    expect(read.parachain.finality[1]).toEqual(evidence.parachain.finality[1]);
  });

  it("is refused with parts of another kind", () => {
    for (const wrong of [
      undefined,
      null,
      [],
      {},
      { diem: {} },
      "evidence",
      { ...Object(formatEvidence(evidence)), more: 1 },
    ])
      expect(refusal(() => parseEvidence(wrong))).toBe("decode/json");
    const manySteps = {
      ...evidence.parachain,
      finality: Array.from({ length: 65 }, () => ({ proof: filled(1, 1), header: undefined })),
    };
    expect(refusal(() => parseEvidence(evidenceJson.format({ ...evidence, parachain: manySteps })))).toBe(
      "decode/json",
    );
  });

  it("holds a page of a hundred epochs and no more", () => {
    const withEpochs = (epochChangeProof: string): unknown => ({
      ...Object(evidenceJson.format(evidence)),
      diem: { ...Object(evidenceJson.format(evidence)).diem, epochChangeProof },
    });
    const page = `0x${"00".repeat(4 * 1024 * 1024)}`;
    expect(parseEvidence(withEpochs(page)).diem.epochChangeProof).toHaveLength(4 * 1024 * 1024);
    expect(refusal(() => parseEvidence(withEpochs(`${page}00`)))).toBe("decode/json");
  });
});
