/** What became of a signed payout, by proven facts alone. */
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { DiemFacts } from "../facts/facts.js";
import type { Ledger } from "../ledger/ledger.js";
import { foldSentEvents, type PaidRelease } from "../payout/fold.js";
import { isOpen } from "../ranges.js";

/** What a payout is known by. */
export interface PendingPayout {
  /** Of its release. */
  readonly index: bigint;
  /** Of custody, that it was signed for. */
  readonly sequenceNumber: bigint;
  /** Whole seconds; it executes only before. */
  readonly expirationTimestampSecs: bigint;
}

export type Confirmation =
  /** By this or another transaction. `payment` is undefined where the ledger has folded it already. */
  | { readonly type: "paid"; readonly payment: PaidRelease | undefined }
  /** Its sequence number is used and the release unpaid: pay again. */
  | { readonly type: "aborted" }
  /** It can't execute any more, its sequence number is unused: pay again. */
  | { readonly type: "expired" }
  | { readonly type: "pending" };

/**
 * @param ledger in force, or an earlier one from which all later payments can still be folded
 * @param facts custody's account and its sent events from `ledger.paid.sent` on
 * @throws RefusedError `refused/custody-absent`, `refused/diem-behind`, as `foldSentEvents`; ProofError `proof/not-shown`
 */
export const confirmationOf = (
  { diem }: BridgeConfig,
  ledger: Ledger,
  facts: DiemFacts,
  { index, sequenceNumber, expirationTimestampSecs }: PendingPayout,
): Confirmation => {
  if (index < ledger.releases.numLeaves && !isOpen(ledger.paid, index)) return { type: "paid", payment: undefined };
  const state = facts.account(diem.custody);
  const account = state === undefined ? undefined : readDiemAccount(state);
  if (account === undefined)
    throw new RefusedError("refused/custody-absent", "expected custody's account to exist", "later");
  const { sentEvents } = account;
  if (sentEvents.count < ledger.paid.sent)
    throw new RefusedError("refused/diem-behind", "expected a ledger info as new as the ledger's own", "later");
  const { payments } = foldSentEvents(ledger, facts, sentEvents, sentEvents.count);
  const payment = payments.find((paid) => paid.index === index);
  if (payment !== undefined) return { type: "paid", payment };
  if (account.sequenceNumber > sequenceNumber) return { type: "aborted" };
  return { type: facts.time / 1000n >= expirationTimestampSecs ? "expired" : "pending" };
};
