import { decode, encode } from "@pdiem/light-client/codec/bcs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filled, HOUR } from "../testing/config.js";
import { PAUSE, RESUME } from "../testing/guardians.js";
import { refusal } from "../testing/refusal.js";
import {
  appendDecisions,
  checkDecisions,
  NO_DECISIONS,
  type SettledDecision,
  settledDecisions,
} from "./decision-chain.js";

const settled = (number: bigint): SettledDecision => ({
  decision: { number, previous: filled(32, 1), until: 5n, action: number % 2n === 0n ? PAUSE : RESUME },
  time: number * HOUR,
  worked: number,
  thawed: false,
});

const chain = [0n, 1n, 2n, 3n, 4n, 5n].map(settled);
const whole = appendDecisions(NO_DECISIONS, chain);

describe("the chain of decisions", () => {
  it("leads to the ledger that it was made for, and comes back from its encoding", () => {
    expect(whole.count).toBe(6n);
    checkDecisions(chain, whole);
    checkDecisions(decode(settledDecisions, encode(settledDecisions, chain)), whole);
    checkDecisions([], NO_DECISIONS);
    expect(appendDecisions(appendDecisions(NO_DECISIONS, chain.slice(0, 2)), chain.slice(2))).toEqual(whole);
  });

  it("can't be shortened, rolled back, extended, reordered or repeated", () => {
    const check = (told: readonly SettledDecision[]) => refusal(() => checkDecisions(told, whole));
    expect(check([])).toBe("refused/decisions");
    for (const [i, one] of chain.entries()) {
      expect(check(chain.slice(0, i))).toBe("refused/decisions");
      expect(check(chain.toSpliced(i, 1))).toBe("refused/decisions");
      expect(check(chain.toSpliced(i, 0, one))).toBe("refused/decisions");
      expect(check(chain.with((i + 1) % chain.length, one))).toBe("refused/decisions");
    }
    expect(check(chain.toReversed())).toBe("refused/decisions");
    expect(refusal(() => checkDecisions(chain, NO_DECISIONS))).toBe("refused/decisions");
    expect(refusal(() => checkDecisions(chain, { ...whole, hash: NO_DECISIONS.hash }))).toBe("refused/decisions");
    expect(refusal(() => checkDecisions(chain, { ...whole, count: 5n }))).toBe("refused/decisions");
  });

  it("binds every field of every decision and its batch", () => {
    const changes: readonly ((one: SettledDecision) => SettledDecision)[] = [
      (one) => ({ ...one, time: one.time + 1n }),
      (one) => ({ ...one, worked: one.worked + 1n }),
      (one) => ({ ...one, thawed: !one.thawed }),
      (one) => ({ ...one, decision: { ...one.decision, number: one.decision.number + 1n } }),
      (one) => ({ ...one, decision: { ...one.decision, previous: filled(32, 2) } }),
      (one) => ({ ...one, decision: { ...one.decision, until: 6n } }),
      (one) => ({ ...one, decision: { ...one.decision, action: { type: "thaw", value: undefined } } }),
    ];
    fc.assert(
      fc.property(fc.nat(chain.length - 1), fc.constantFrom(...changes), (at, change) => {
        const one = chain[at];
        if (one === undefined) return;
        expect(refusal(() => checkDecisions(chain.with(at, change(one)), whole))).toBe("refused/decisions");
      }),
    );
  });
});
