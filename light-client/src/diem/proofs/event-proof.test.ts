import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { hashOfText } from "../testing/ledger.js";
import { accepted, flips, sequenceMutations } from "../testing/mutations.js";
import { paymentLedger, RECEIVED, SENT, versionOf } from "../testing/payments.js";
import { type EventWithProof, eventWithProof, verifyEvent } from "./event-proof.js";

const ledger = paymentLedger(7);
const place = { key: RECEIVED, sequenceNumber: 3n };
const honest = ledger.proveEvent(versionOf(3), 1);

/** With nothing known yet, and after honest proofs of all events have been checked. */
const fresh = ledger.verified();
const warm = ledger.verified();
for (let i = 0; i < 7; i++)
  verifyEvent(warm, ledger.proveEvent(versionOf(i), 1), { key: RECEIVED, sequenceNumber: BigInt(i) });

describe("an event proof", () => {
  test("shows the event, its transaction and how that ended", () => {
    expect(verifyEvent(fresh, honest, place)).toEqual({
      event: honest.event,
      transactionVersion: 7n,
      eventIndex: 1n,
      status: { type: "executed", value: undefined },
      gasUsed: 7n,
    });
  });

  test("is refused for another stream or another number than asked for", () => {
    expect(outcome(() => verifyEvent(fresh, honest, { ...place, key: SENT }))).toBe("proof/event-key");
    expect(outcome(() => verifyEvent(fresh, honest, { ...place, sequenceNumber: 4n }))).toBe("proof/event-sequence");
  });

  test("is refused at any other index, though only its low bits lead up the tree", () => {
    const check = (eventIndex: bigint) => outcome(() => verifyEvent(fresh, { ...honest, eventIndex }, place));
    expect(check(5n)).toBe("proof/accumulator-index");
    expect(check(2n)).toBe("proof/accumulator-root");
  });

  test("is refused at a version after the ledger info's, or another transaction's", () => {
    const check = (transactionVersion: bigint) =>
      outcome(() => verifyEvent(fresh, { ...honest, transactionVersion }, place));
    expect(check(14n)).toBe("proof/version-too-new");
    expect(check(7n + 16n)).toBe("proof/version-too-new");
    expect(check(6n)).toBe("proof/accumulator-root");
  });

  test("is refused unless exactly as deep as the ledger's accumulator", () => {
    const { transactionInfoWithProof: info } = honest.proof;
    const { siblings } = info.ledgerInfoToTransactionInfoProof;
    for (const other of [siblings.slice(1), [...siblings, hashOfText("foreign")]]) {
      const transactionInfoWithProof = { ...info, ledgerInfoToTransactionInfoProof: { siblings: other } };
      const deeper = { ...honest, proof: { ...honest.proof, transactionInfoWithProof } };
      expect(outcome(() => verifyEvent(fresh, deeper, place))).toBe("proof/accumulator-depth");
    }
  });

  test("is refused under another ledger info", () => {
    for (const payments of [6, 8, 20])
      expect(outcome(() => verifyEvent(paymentLedger(payments).verified(), honest, place))).not.toBe("accepted");
  });

  test("fails with any byte flipped, whether or not its nodes are known already", () => {
    const bytes = encode(eventWithProof, honest).slice();
    for (const verified of [warm, ledger.verified()])
      expect(accepted(flips(bytes), (other) => verifyEvent(verified, decode(eventWithProof, other), place))).toEqual(
        [],
      );
  });

  test("fails with any sibling added, dropped, repeated or swapped, whether or not its nodes are known already", () => {
    const { transactionInfoWithProof: info, transactionInfoToEventProof: inner } = honest.proof;
    const outer = info.ledgerInfoToTransactionInfoProof;
    const withProof = (proof: Partial<EventWithProof["proof"]>) => ({
      ...honest,
      proof: { ...honest.proof, ...proof },
    });
    const foreign = hashOfText("foreign");
    const mutated = [
      ...sequenceMutations(outer.siblings, foreign).map((siblings) =>
        withProof({ transactionInfoWithProof: { ...info, ledgerInfoToTransactionInfoProof: { siblings } } }),
      ),
      ...sequenceMutations(inner.siblings, foreign).map((siblings) =>
        withProof({ transactionInfoToEventProof: { siblings } }),
      ),
    ];
    for (const verified of [warm, ledger.verified()])
      expect(accepted(mutated, (other) => verifyEvent(verified, other, place))).toEqual([]);
  });
});
