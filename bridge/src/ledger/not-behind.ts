/**
 * A ledger info may be older than others that were shown, but not than the ledger itself (PROTOCOL
 * 6).
 */
import type { Custody } from "../custody/custody.js";
import { RefusedError } from "../error.js";
import type { Ledger } from "./ledger.js";

/** Checks that custody's counts don't go back. @throws RefusedError `refused/diem-behind` */
export const checkNotBehind = ({ deposits, start, paid }: Ledger, { account }: Custody): void => {
  const { receivedEvents, sentEvents, sequenceNumber } = account;
  const isBehind =
    receivedEvents.count < deposits || sentEvents.count < paid.events || sequenceNumber < start + paid.releases;
  if (isBehind)
    throw new RefusedError("refused/diem-behind", "expected a ledger info as new as the ledger's own", "later");
};
