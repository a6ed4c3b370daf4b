import { describe, expect, it } from "vitest";
import { isWanted, searchWords } from "./search.js";
import type { ToldTransfer } from "./told-transfer.js";

const ACCOUNT = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";
const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

const deposit: ToldTransfer = {
  id: "deposit-17",
  kind: "deposit",
  stage: "finalized",
  payment: { version: "402", currency: "XUS", amount: "1000000", sender: "0a".repeat(16), metadata: "" },
  result: { outcome: "refunded", batch: "bb".repeat(32), block: 77, release: 5, amount: "980000" },
  payout: { release: 5, state: "owed", waitingFor: "its payment on Diem" },
};

const withdrawal: ToldTransfer = {
  id: `withdrawal-${ACCOUNT}-XDX-0`,
  kind: "withdrawal",
  stage: "proven",
  waitingFor: "room in the release window",
  withdrawal: {
    account: ACCOUNT,
    currency: "XDX",
    amount: "5",
    payee: "0c".repeat(16),
    refundAccount: "0d".repeat(32),
  },
};

const isUsual = (reason: string): boolean => reason === "its payment on Diem";
const wanted = (one: ToldTransfer, filters: Parameters<typeof isWanted>[1]): boolean =>
  isWanted(one, filters, "tdm", isUsual);

describe("a search for transfers", () => {
  it("takes what names one, as people write it", () => {
    for (const search of ["deposit-17", "17", "402", `0x${"BB".repeat(32)}`, "77", "release-5", "0a".repeat(16)])
      expect([search, wanted(deposit, { search })]).toEqual([search, true]);
    for (const search of [ALICE, `0x${ACCOUNT}`, ACCOUNT])
      expect([search, wanted(withdrawal, { search })]).toEqual([search, true]);
  });

  it("finds nothing by parts of names, or by those of others", () => {
    for (const search of ["1", "deposit-1", "release-55", "bb", "", "0b".repeat(16)])
      expect([search, wanted(deposit, { search })]).toEqual([search, false]);
  });

  it("tells what waits for something out of the ordinary from what is on its way", () => {
    expect(wanted(deposit, { state: "open" })).toBe(true);
    expect(wanted(deposit, { state: "waiting" })).toBe(false);
    expect(wanted(withdrawal, { state: "waiting" })).toBe(true);
    expect(wanted({ ...deposit, payout: { release: 5, state: "paid" } }, { state: "done" })).toBe(true);
  });

  it("takes all filters together", () => {
    expect(wanted(withdrawal, { kind: "withdrawal", currency: "XDX", search: ALICE })).toBe(true);
    expect(wanted(withdrawal, { kind: "withdrawal", currency: "XUS", search: ALICE })).toBe(false);
  });

  it("reads addresses of this network alone", () => {
    expect(searchWords("dm1p7ujcndcl7nudzwt8fglhx6wxn08kgs5tm6mz4us2vfufk", "tdm")).toHaveLength(1);
  });
});
