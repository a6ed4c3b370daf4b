import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { hashOfText } from "../testing/ledger.js";
import { accepted, flips, sequenceMutations } from "../testing/mutations.js";
import { PAYEE, PAYER, paymentLedger, STRANGER } from "../testing/payments.js";
import { type AccountStateWithProof, accountStateWithProof, verifyAccountState } from "./account-state-proof.js";

const ledger = paymentLedger(5);
const LATEST = 9;
const present = ledger.proveAccount(LATEST, PAYEE);
const absent = ledger.proveAccount(LATEST, STRANGER);
const verified = ledger.verified();

describe("an account state proof", () => {
  test("shows what the account holds at the ledger info's version", () => {
    expect(verifyAccountState(verified, PAYEE, present)?.map(([, value]) => [...value])).toEqual([[5]]);
  });

  test("shows that there is no such account", () => {
    expect(verifyAccountState(verified, STRANGER, absent)).toBeUndefined();
  });

  test("is of an older version only where that was asked for", () => {
    const older = ledger.proveAccount(2, PAYEE);
    expect(outcome(() => verifyAccountState(verified, PAYEE, older))).toBe("proof/version");
    expect(verifyAccountState(verified, PAYEE, older, 2n)?.map(([, value]) => [...value])).toEqual([[1]]);
    expect(outcome(() => verifyAccountState(verified, PAYEE, { ...older, version: 9n }))).toBe(
      "proof/accumulator-root",
    );
    expect(outcome(() => verifyAccountState(verified, PAYEE, { ...older, version: 10n }, 10n))).toBe(
      "proof/version-too-new",
    );
  });

  test("of one account says nothing of another, nor absence of what is there", () => {
    expect(outcome(() => verifyAccountState(verified, PAYER, present))).toBe("proof/sparse-merkle-key");
    expect(outcome(() => verifyAccountState(verified, PAYEE, { ...present, blob: undefined }))).toBe(
      "proof/sparse-merkle-present",
    );
    expect(outcome(() => verifyAccountState(verified, PAYEE, absent))).not.toBe("accepted");
  });

  test("fails with any byte flipped", () => {
    for (const [address, proof] of [
      [PAYEE, present],
      [STRANGER, absent],
    ] as const) {
      const bytes = encode(accountStateWithProof, proof).slice();
      const run = (other: Uint8Array) => verifyAccountState(verified, address, decode(accountStateWithProof, other));
      run(bytes);
      expect(accepted(flips(bytes), run)).toEqual([]);
    }
  });

  test("fails with any sibling added, dropped, repeated or swapped", () => {
    const inner = present.proof.transactionInfoToAccountProof;
    const info = present.proof.transactionInfoWithProof;
    const withProof = (proof: Partial<AccountStateWithProof["proof"]>) => ({
      ...present,
      proof: { ...present.proof, ...proof },
    });
    const mutated = [
      ...sequenceMutations(inner.siblings, hashOfText("foreign")).map((siblings) =>
        withProof({ transactionInfoToAccountProof: { ...inner, siblings } }),
      ),
      ...sequenceMutations(info.ledgerInfoToTransactionInfoProof.siblings, hashOfText("foreign")).map((siblings) =>
        withProof({ transactionInfoWithProof: { ...info, ledgerInfoToTransactionInfoProof: { siblings } } }),
      ),
    ];
    expect(accepted(mutated, (other) => verifyAccountState(verified, PAYEE, other))).toEqual([]);
  });
});
