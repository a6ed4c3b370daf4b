import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { hashOfText } from "@pdiem/light-client/diem/testing/ledger";
import { accepted, flips, sequenceMutations } from "@pdiem/light-client/diem/testing/mutations";
import { PAYEE, PAYER, paymentLedger, versionOf } from "@pdiem/light-client/diem/testing/payments";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { verifyAccountTransactions } from "../transactions/account-transactions.js";
import { transactionWithProof, verifyTransaction, verifyUserTransaction } from "./transaction-proof.js";

const ledger = paymentLedger(5);
const verified = ledger.verified();
const honest = ledger.proveTransaction(versionOf(2), true);
const place = { sender: PAYER, sequenceNumber: 2n };

describe("a transaction proof", () => {
  test("shows the sender's transaction with a sequence number, its version, status and events", () => {
    const shown = verifyUserTransaction(verified, honest, place);
    expect([shown.version, shown.status.type, shown.events?.length]).toEqual([5n, "executed", 3]);
    expect(shown.signed.rawTransaction.sequenceNumber).toBe(2n);
  });

  test("is refused for another sender or sequence number than asked for, and for what no user sent", () => {
    const run = (other: Partial<typeof place>) =>
      outcome(() => verifyUserTransaction(verified, honest, { ...place, ...other }));
    expect(run({ sender: PAYEE })).toBe("proof/transaction-sender");
    expect(run({ sequenceNumber: 3n })).toBe("proof/transaction-sequence");
    const metadata = ledger.proveTransaction(0, true);
    expect(outcome(() => verifyUserTransaction(verified, metadata, place))).toBe("proof/not-user-transaction");
    expect(verifyTransaction(verified, metadata, 0n).transaction.type).toBe("blockMetadata");
    expect(outcome(() => verifyTransaction(verified, metadata, 1n))).toBe("proof/version");
  });

  test("is refused with events left out or changed, or another transaction put in", () => {
    const events = honest.events ?? [];
    expect(outcome(() => verifyUserTransaction(verified, { ...honest, events: events.slice(1) }, place))).toBe(
      "proof/event-root",
    );
    expect(outcome(() => verifyUserTransaction(verified, { ...honest, events: [] }, place))).toBe("proof/event-root");
    const { transaction } = ledger.proveTransaction(versionOf(3), false);
    const swapped = { ...honest, transaction };
    expect(outcome(() => verifyUserTransaction(verified, swapped, { ...place, sequenceNumber: 3n }))).toBe(
      "proof/transaction-hash",
    );
  });

  test("fails with any byte flipped", () => {
    for (const includeEvents of [true, false]) {
      const bytes = encode(transactionWithProof, ledger.proveTransaction(versionOf(2), includeEvents)).slice();
      const run = (other: Uint8Array) => verifyUserTransaction(verified, decode(transactionWithProof, other), place);
      run(bytes);
      expect(accepted(flips(bytes), run)).toEqual([]);
    }
  });

  test("fails with any sibling added, dropped, repeated or swapped", () => {
    const { siblings } = honest.proof.ledgerInfoToTransactionInfoProof;
    const run = (other: readonly Uint8Array[]) => {
      const proof = { ...honest.proof, ledgerInfoToTransactionInfoProof: { siblings: other } };
      return verifyUserTransaction(verified, { ...honest, proof }, place);
    };
    run(siblings);
    expect(accepted(sequenceMutations(siblings, hashOfText("foreign")), run)).toEqual([]);
  });
});

describe("a page of an account's transactions", () => {
  const page = [1, 2, 3].map((payment) => ledger.proveTransaction(versionOf(payment), true));
  const query = { sender: PAYER, start: 1n, limit: 3, includeEvents: true };
  const check = (other: Partial<typeof query> & { version?: bigint }, proofs = page) =>
    outcome(() => verifyAccountTransactions(verified, { ...query, ...other }, proofs));

  test("holds the transactions from the start on, without a gap", () => {
    expect(verifyAccountTransactions(verified, query, page).map(({ version }) => version)).toEqual([3n, 5n, 7n]);
    expect(check({}, [])).toBe("accepted");
    expect(check({}, page.toSpliced(1, 1))).toBe("proof/transaction-sequence");
    expect(check({ start: 0n })).toBe("proof/transaction-sequence");
  });

  test("keeps to the limit, the version and the wish for events", () => {
    expect(check({ limit: 2 })).toBe("proof/list-length");
    expect(check({ version: 6n })).toBe("proof/version-too-new");
    expect(check({ includeEvents: false })).toBe("proof/list-events");
  });
});
