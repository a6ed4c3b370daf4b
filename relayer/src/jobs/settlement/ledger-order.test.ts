import { describe, expect, it } from "vitest";
import { anchorOf, GENESIS, type LedgerOrder, standsIn } from "./ledger-order.js";

const anchor = (mark: number): Uint8Array => new Uint8Array(32).fill(mark);
const hex = (mark: number): string => `0${mark}`.repeat(32);

const view: LedgerOrder = {
  current: { anchor: anchor(2), history: { batches: [{ anchor: anchor(1) }, { anchor: anchor(2) }] } },
  issuer: { nonce: 5 },
};

describe("a settlement's job", () => {
  it("is current for the ledger in force and the issuer's nonce", () => {
    expect(standsIn(view, { anchor: hex(2), nonce: 5 })).toBe("current");
    expect(standsIn({}, { anchor: GENESIS, nonce: 0 })).toBe("current");
    expect(anchorOf(view)).toBe(hex(2));
  });

  it("is past for ledgers and nonces that others followed", () => {
    expect(standsIn(view, { anchor: hex(1), nonce: 4 })).toBe("past");
    expect(standsIn(view, { anchor: hex(2), nonce: 4 })).toBe("past");
    expect(standsIn(view, { anchor: GENESIS, nonce: 0 })).toBe("past");
  });

  it("is ahead, not past, for ledgers and nonces that another relayer has seen first", () => {
    expect(standsIn(view, { anchor: hex(3), nonce: 6 })).toBe("ahead");
    expect(standsIn(view, { anchor: hex(2), nonce: 6 })).toBe("ahead");
    expect(standsIn({}, { anchor: hex(1), nonce: 1 })).toBe("ahead");
  });
});
