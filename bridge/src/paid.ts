/** Moving `ledger.paid` forward by what the chain says custody has paid. */
import { readPayment } from "@pdiem/light-client/diem/event-data";
import { readPaidRelease } from "./destination.js";
import type { Context, Draft } from "./draft.js";
import { RefusedError } from "./error.js";
import { close, isOpen } from "./ranges.js";

/**
 * Folds custody's next `count` sent events, each proven in its place.
 * @throws RefusedError `refused/no-such-payment` beyond custody's proven count; `refused/unknown-payment` for one that
 * names no release of the ledger, or one that was paid already: nothing should ever be signed after such
 */
export const foldPayments = (context: Context, draft: Draft, count: number): Draft => {
  const { ledger, facts, custody } = context;
  const { key, count: proven } = custody.account.sentEvents;
  let paid = draft.paid;
  for (let folded = 0; folded < count; folded++) {
    if (paid.sent >= proven)
      throw new RefusedError("refused/no-such-payment", `expected at most custody's ${proven} payments`, "later");
    const index = readPaidRelease(readPayment(facts.diem.event(key, paid.sent).event).metadata);
    if (index === undefined || index >= ledger.releases.numLeaves || !isOpen(paid, index))
      throw new RefusedError(
        "refused/unknown-payment",
        `expected payment ${paid.sent} of custody to pay a release that is owed, it names ${index ?? "none"}`,
      );
    paid = { ...close(paid, index), sent: paid.sent + 1n };
  }
  return { ...draft, paid };
};
