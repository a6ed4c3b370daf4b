/** A payment to custody, proven in its place. */
import { type Payment, readPayment } from "@pdiem/light-client/diem/state/event-data";
import { RefusedError } from "../error.js";
import type { BatchContext } from "../settlement/batch-draft.js";

export interface Deposit {
  /** Its place in custody's received events. */
  readonly number: bigint;
  readonly payment: Payment;
  /** The version of the transaction that paid it. */
  readonly version: bigint;
}

/**
 * Reads the deposit with that number.
 * @throws RefusedError `refused/no-such-deposit` beyond custody's proven count; ProofError
 * `proof/not-shown`
 */
export const depositAt = ({ facts, custody }: Pick<BatchContext, "facts" | "custody">, number: bigint): Deposit => {
  const { count, key } = custody.account.receivedEvents;
  if (number >= count)
    throw new RefusedError(
      "refused/no-such-deposit",
      `expected a deposit below custody's proven count ${count}, got ${number}: prove newer state`,
      "later",
    );
  const { event, transactionVersion } = facts.diem.event(key, number);
  return { number, payment: readPayment(event), version: transactionVersion };
};
