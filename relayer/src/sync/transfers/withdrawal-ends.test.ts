import type { Release } from "@pdiem/bridge/ledger/release";
import { EXAMPLE_ID, filled } from "@pdiem/bridge/testing/config";
import { type WithdrawalPreimage, withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { exampleCurrent, exampleEntry } from "../../testing/batches.js";
import { createWithdrawalEnds } from "./withdrawal-ends.js";

const payable: WithdrawalPreimage = {
  payee: filled(16, 1),
  subaddress: filled(8, 2),
  refundAccount: filled(32, 3),
};
const unpayable: WithdrawalPreimage = { payee: filled(16, 3), subaddress: undefined, refundAccount: filled(32, 4) };
const accountOf = (preimage: WithdrawalPreimage): Uint8Array => withdrawalAccount(EXAMPLE_ID, preimage);

const releaseOf = (preimage: WithdrawalPreimage, amount: bigint): Release => ({
  currency: "XUS",
  amount,
  payee: preimage.payee,
  subaddress: preimage.subaddress,
  origin: { type: "withdrawal", value: { account: accountOf(preimage), refundAccount: preimage.refundAccount } },
});
const list = (numLeaves: bigint) => ({ frozenSubtreeRoots: [], numLeaves });

const genesis = exampleEntry({ releases: list(5n) });
const second = exampleEntry(
  { releases: list(6n) },
  {
    releases: [releaseOf(payable, 494n)],
    givenBack: [{ preimage: unpayable, currency: "XUS", amount: 294n }],
  },
);
const third = exampleEntry({ releases: list(7n) }, { releases: [releaseOf(payable, 194n)] });

describe("what became of withdrawals", () => {
  it("is told with what the fee left, and what it led to", () => {
    const ends = createWithdrawalEnds(EXAMPLE_ID);
    const first = `withdrawal-${toHex(accountOf(payable))}-XUS-0`;
    expect(ends.nextId(accountOf(payable), "XUS")).toBe(first);
    expect(ends.update(exampleCurrent([genesis, second]))).toHaveLength(2);
    expect(ends.get(first)).toMatchObject({ type: "released", release: 5, amount: "494", block: 101 });
    expect(ends.ofRelease(5)?.id).toBe(first);
    expect(ends.get(`withdrawal-${toHex(accountOf(unpayable))}-XUS-0`)).toMatchObject({
      type: "given-back",
      amount: "294",
      to: toHex(filled(32, 4)),
    });
  });

  it("counts the burns of one account apart, currency by currency, and takes each batch in once", () => {
    const ends = createWithdrawalEnds(EXAMPLE_ID);
    ends.update(exampleCurrent([genesis, second]));
    expect(ends.update(exampleCurrent([genesis, second, third]))).toMatchObject([
      { id: `withdrawal-${toHex(accountOf(payable))}-XUS-1`, release: 6, amount: "194" },
    ]);
    expect(ends.nextId(accountOf(payable), "XUS")).toMatch(/-XUS-2$/);
    expect(ends.nextId(accountOf(payable), "XDX")).toMatch(/-XDX-0$/);
    expect(ends.newest(1)).toMatchObject([{ release: 6 }]);
  });

  it("brings back the preimages of all accounts that anything was burned on", () => {
    const ends = createWithdrawalEnds(EXAMPLE_ID);
    ends.update(exampleCurrent([genesis, second, third]));
    expect(ends.preimages()).toEqual([payable, unpayable]);
  });
});
