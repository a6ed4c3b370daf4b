import { describe, expect, it } from "vitest";
import { shortOf } from "./plan-text.js";

const HUB = {
  token: { symbol: "DOT", decimals: 10 },
  costs: { asset: 0n, metadataBase: 0n, metadataPerByte: 0n, approval: 0n, existential: 100_000_000n },
};
const COSTS = { amounts: 25_000_000_000n, fees: 1_000_000_000n, genesis: undefined };

describe("a sender", () => {
  it("must have deposits, funding and fees, and live on", () => {
    expect(shortOf(26_100_000_000n, COSTS, HUB)).toBeUndefined();
    expect(shortOf(26_099_999_999n, COSTS, HUB)).toBe(
      "the sender has 2.6099999999 DOT (26099999999), and needs about 2.61 DOT (26100000000): send it some",
    );
  });

  it("needs nothing for nothing", () => {
    expect(shortOf(0n, { ...COSTS, amounts: 0n, fees: 0n }, HUB)).toBeUndefined();
  });
});
