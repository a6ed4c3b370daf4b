import { ACCOUNTS, RELEASES } from "@pdiem/bridge/ledger/list";
import { type Destination, readDestination } from "@pdiem/bridge/deposit/destination";
import type { DepositItem } from "@pdiem/bridge/settlement/items";
import type { History } from "@pdiem/bridge-client/journal/journal";
import type { EventHandle } from "@pdiem/light-client/diem/state/event";
import type { DiemClient } from "../chains/diem/client.js";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { withFewReturned } from "./few-returned.js";
import { leafProofs } from "./leaf-proofs.js";
import { findReturnedPayout, type ReturnedPayout } from "./returned-payout.js";

/** A deposit as it is asked for, with the sent events that it rests on. */
export interface Candidate {
  readonly payment: CustodyPayment;
  readonly item: DepositItem;
  readonly sentEvents: readonly bigint[];
}

const releaseOf = (destination: Destination, returned: ReturnedPayout | undefined): bigint | undefined =>
  destination.type === "release" ? destination.index : returned?.release;

/** Payments that name the same version ask for the same: it is looked for once. */
const returnedPayouts = (client: DiemClient, sent: EventHandle) => {
  const found = new Map<bigint, Promise<ReturnedPayout | undefined>>();
  return (payment: CustodyPayment, destination: Destination): Promise<ReturnedPayout | undefined> => {
    if (destination.type !== "refunded" || destination.version >= payment.version) return Promise.resolve(undefined);
    const known = found.get(destination.version) ?? findReturnedPayout(client, sent, payment);
    found.set(destination.version, known);
    return known;
  };
};

/** Gives each payment the leaves of the ledger that its metadata points to; leaves out what `withFewReturned` does. */
export const candidatesOf = async (
  client: DiemClient,
  history: History,
  sent: EventHandle,
  payments: readonly CustodyPayment[],
): Promise<readonly Candidate[]> => {
  const accounts = leafProofs(ACCOUNTS, history.accounts);
  const releases = leafProofs(RELEASES, history.releases);
  const returnedPayout = returnedPayouts(client, sent);
  const candidates: Candidate[] = [];
  for (const payment of withFewReturned(payments)) {
    const destination = readDestination(payment.metadata);
    const returned = await returnedPayout(payment, destination);
    const account = destination.type === "registered" ? destination.index : undefined;
    const release = releaseOf(destination, returned);
    candidates.push({
      payment,
      item: {
        number: payment.number,
        account:
          account !== undefined && account < history.accounts.length ? accounts.prove(Number(account)) : undefined,
        release:
          release !== undefined && release < history.releases.length ? releases.prove(Number(release)) : undefined,
        paymentsBefore: returned?.paymentsBefore,
      },
      sentEvents: returned?.sentEvents ?? [],
    });
  }
  return candidates;
};
