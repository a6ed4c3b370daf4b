/** A bridge that owes two releases, and requests to pay them. */
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { RELEASES } from "@pdiem/bridge/ledger/lists";
import type { PaymentRequest } from "@pdiem/bridge/payout/payment-request";
import { START_SEQUENCE } from "@pdiem/bridge/testing/diem-world";
import type { Governed } from "@pdiem/bridge/testing/guardians";
import { pathOf } from "@pdiem/bridge/testing/leaf-path";
import { owing, releaseOf } from "@pdiem/bridge/testing/payouts";
import { SENDER, type World } from "@pdiem/bridge/testing/world";
import type { RequestOf } from "@pdiem/enclave/routes";
import { FIRST, worldWith } from "./requests.js";

export const OWED = [releaseOf(), releaseOf({ amount: 600n, currency: "XDX" })];

export const OWING: Governed = { ...FIRST, ledger: owing(OWED, FIRST.ledger) };

export const paymentRequestOf = (index: number): PaymentRequest => {
  const leaf = OWED[index];
  if (leaf === undefined) throw new Error("expected a release that is owed");
  return { index: BigInt(index), leaf, path: pathOf(RELEASES, OWED, BigInt(index)) };
};

/** Asks for both releases unless it is told which. */
export const payoutRequest = (proofs: ProofBundle, indexes: readonly number[] = [0, 1]): RequestOf<"payout"> => ({
  ...OWING,
  proofs,
  payments: indexes.map(paymentRequestOf),
  sessions: [],
});

/** Custody can pay both releases. @param used how many of their sequence numbers are */
export const payableWorld = (used = 0): World => {
  const world = worldWith(0, OWING);
  const sequenceNumber = START_SEQUENCE + BigInt(used);
  world.diem.custody = { balances: { XUS: 10_000n, XDX: 10_000n }, account: { sequenceNumber } };
  world.diem.setAccount(SENDER, {});
  return world;
};
