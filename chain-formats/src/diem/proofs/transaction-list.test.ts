import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { hashOfText } from "@pdiem/light-client/diem/testing/ledger";
import { accepted, flips, sequenceMutations } from "@pdiem/light-client/diem/testing/mutations";
import { paymentLedger } from "@pdiem/light-client/diem/testing/payments";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import type { AccumulatorRangeProof } from "./accumulator-range.js";
import {
  type TransactionListQuery,
  type TransactionListWithProof,
  transactionListWithProof,
  verifyTransactionList,
} from "./transaction-list.js";

const ledger = paymentLedger(5);
const verified = ledger.verified();
const honest = ledger.proveList(3, 4, true);
const query: TransactionListQuery = { first: 3n, limit: 4, includeEvents: true };
const check = (list: TransactionListWithProof, other: Partial<TransactionListQuery> = {}) =>
  outcome(() => verifyTransactionList(verified, { ...query, ...other }, list));

describe("a list of transactions", () => {
  test("shows the transactions from the first version on", () => {
    const shown = verifyTransactionList(verified, query, honest);
    expect(shown.map(({ version }) => version)).toEqual([3n, 4n, 5n, 6n]);
    expect(shown.map(({ events }) => events?.length)).toEqual([3, 0, 3, 0]);
  });

  test("is proven wherever it lies in the ledger", () => {
    for (let first = 0; first < 10; first++)
      for (let count = 1; first + count <= 10; count++)
        expect(
          check(ledger.proveList(first, count, false), { first: BigInt(first), limit: 10, includeEvents: false }),
        ).toBe("accepted");
  });

  test("keeps to the first version, the limit and the wish for events", () => {
    expect(check(honest, { first: 2n })).toBe("proof/list-first");
    expect(check(honest, { limit: 3 })).toBe("proof/list-length");
    expect(check(honest, { includeEvents: false })).toBe("proof/list-events");
    expect(check(ledger.proveList(3, 4, false))).toBe("proof/list-events");
    expect(check({ ...honest, events: honest.events?.slice(1) })).toBe("proof/list-events");
    expect(check({ ...honest, transactions: honest.transactions.slice(1) })).toBe("proof/list-length");
  });

  test("is refused at versions past the ledger info's, though their low bits lead up the tree", () => {
    const wrapped = { ...honest, firstTransactionVersion: 3n + 16n };
    expect(check(wrapped, { first: 19n })).toBe("proof/version-too-new");
    const last = (1n << 64n) - 1n;
    expect(check({ ...honest, firstTransactionVersion: last }, { first: last })).toBe("proof/version-too-new");
  });

  test("may be empty where no first version was asked for", () => {
    const none: AccumulatorRangeProof = { leftSiblings: [], rightSiblings: [] };
    const empty = {
      transactions: [],
      events: undefined,
      firstTransactionVersion: undefined,
      proof: { ledgerInfoToTransactionInfosProof: none, transactionInfos: [] },
    };
    expect(check(empty, { first: undefined, includeEvents: false })).toBe("accepted");
    expect(check(empty)).toBe("proof/list-first");
    expect(check({ ...empty, firstTransactionVersion: 3n }, { includeEvents: false })).toBe("proof/accumulator-range");
  });

  test("fails with any byte flipped", () => {
    const bytes = encode(transactionListWithProof, honest).slice();
    const run = (other: Uint8Array) => verifyTransactionList(verified, query, decode(transactionListWithProof, other));
    run(bytes);
    expect(accepted(flips(bytes), run)).toEqual([]);
  });

  test("fails with any sibling added, dropped, repeated or swapped", () => {
    const range = honest.proof.ledgerInfoToTransactionInfosProof;
    const run = (other: AccumulatorRangeProof) =>
      verifyTransactionList(verified, query, {
        ...honest,
        proof: { ...honest.proof, ledgerInfoToTransactionInfosProof: other },
      });
    run(range);
    const left = sequenceMutations(range.leftSiblings, hashOfText("foreign"));
    const right = sequenceMutations(range.rightSiblings, hashOfText("foreign"));
    expect(accepted(left, (leftSiblings) => run({ ...range, leftSiblings }))).toEqual([]);
    expect(accepted(right, (rightSiblings) => run({ ...range, rightSiblings }))).toEqual([]);
  });
});
