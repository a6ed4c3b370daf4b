/** Moving `ledger.paid` forward by what the chain says custody has paid. */
import type { EventHandle } from "@pdiem/light-client/diem/state/event";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { readPaidRelease } from "../deposit/destination.js";
import type { Context, Draft } from "../settlement/batch-draft.js";
import { RefusedError } from "../error.js";
import type { DiemFacts } from "../facts/facts.js";
import type { Ledger } from "../ledger/ledger.js";
import { close, isOpen } from "../ranges.js";

/** One of custody's sent events, which pays a release. */
export interface PaidRelease {
  /** Of the event in custody's stream. */
  readonly number: bigint;
  readonly index: bigint;
  readonly transactionVersion: bigint;
}

export interface FoldedPayments {
  readonly paid: Ledger["paid"];
  /** In the order of the stream. */
  readonly payments: readonly PaidRelease[];
}

/**
 * Folds custody's sent events from `ledger.paid.sent` to before `end`, each proven in its place.
 * @param sent custody's stream at the same ledger info
 * @throws RefusedError `refused/no-such-payment` beyond custody's proven count; `refused/unknown-payment` for one that
 * names no release of the ledger (`later` where a newer ledger may have it), or one that was paid already: nothing should
 * ever be signed after such; `refused/open-ranges`
 */
export const foldSentEvents = (
  { paid: start, releases }: Ledger,
  facts: DiemFacts,
  { key, count }: EventHandle,
  end: bigint,
): FoldedPayments => {
  const payments: PaidRelease[] = [];
  let paid = start;
  while (paid.sent < end) {
    const number = paid.sent;
    if (number >= count)
      throw new RefusedError("refused/no-such-payment", `expected at most custody's ${count} payments`, "later");
    const { event, transactionVersion } = facts.event(key, number);
    const index = readPaidRelease(readPayment(event).metadata);
    const isNewer = index !== undefined && index >= releases.numLeaves;
    if (index === undefined || isNewer || !isOpen(paid, index))
      throw new RefusedError(
        "refused/unknown-payment",
        `expected payment ${number} of custody to pay a release that is owed, it names ${index ?? "none"}`,
        isNewer ? "later" : "never",
      );
    paid = { ...close(paid, index), sent: number + 1n };
    payments.push({ number, index, transactionVersion });
  }
  return { paid, payments };
};

/** Folds custody's next `count` sent events into a batch. @throws as `foldSentEvents` */
export const foldPayments = ({ ledger, facts, custody }: Context, draft: Draft, count: number): Draft => {
  const end = ledger.paid.sent + BigInt(count);
  return { ...draft, paid: foldSentEvents(ledger, facts.diem, custody.account.sentEvents, end).paid };
};
