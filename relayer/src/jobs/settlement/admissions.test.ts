import { describe, expect, it } from "vitest";
import type { CustodyPayment } from "../../chains/diem/custody-payment.js";
import { type AdmissionRules, chooseAdmissions } from "./admissions.js";
import { chooseHalf } from "./bisection.js";

const payment = (number: number, amount = 100n, currency = "XUS"): CustodyPayment => ({
  number: BigInt(number),
  version: 1n,
  payer: new Uint8Array(16),
  currency,
  amount,
  metadata: new Uint8Array(),
});

const range = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, i) => from + i);

const choose = (
  next: readonly CustodyPayment[],
  given: { readonly most?: number; readonly failures?: ReadonlyMap<string, number>; readonly turn?: number } = {},
) => {
  const { most = 100, failures = new Map(), turn = 1 } = given;
  const names = next.map(({ number }) => number.toString());
  const rules: AdmissionRules = {
    currencies: [{ code: "XUS", minimum: 10n }],
    most,
    half: chooseHalf(names, failures, turn),
  };
  return chooseAdmissions(next, next[0]?.number ?? 0n, rules).map((one) =>
    one.type === "settle" ? Number(one.payment.number) : `-${one.count}`,
  );
};

describe("the next deposits", () => {
  it("are settled in order, as many as fit", () => {
    expect(choose(range(3, 7).map((n) => payment(n)))).toEqual([7, 8, 9]);
    expect(
      choose(
        range(5).map((n) => payment(n)),
        { most: 2 },
      ),
    ).toEqual([0, 1]);
  });

  it("stop where one isn't known yet", () => {
    expect(choose([payment(0), payment(2)])).toEqual([0]);
  });

  it("are put off in runs where a flood of small ones stands before others", () => {
    const dust = range(1_000).map((n) => payment(n, n % 2 === 0 ? 9n : 100n, n % 2 === 0 ? "XUS" : "ABC"));
    expect(choose([...dust, payment(1_000), payment(1_001)], { most: 10 })).toEqual(["-1000", 1_000, 1_001]);
    expect(choose(dust.slice(0, 3), { most: 10 })).toEqual([0, 1, 2]);
  });

  it("put a failing one off, from where it is tried alone", () => {
    const next = range(4).map((n) => payment(n));
    const failures = new Map([["1", 2]]);
    expect(choose(next, { failures, turn: 1 })).toEqual([0, "-1", 2, 3]);
    expect(choose(next, { failures, turn: 2 })).toEqual([]);
    expect(choose(next.slice(1), { failures, turn: 2 })).toEqual([1]);
  });
});
