/** The leaves and places that a deposit's rules look up, by its metadata. */
import { readDestination } from "@pdiem/bridge/deposit/destination";
import type { DepositLookups } from "@pdiem/bridge/settlement/items";
import type { History } from "@pdiem/bridge-client/journal/history";
import type { EventHandle } from "@pdiem/light-client/diem/state/event";
import type { DiemClient } from "../chains/diem/client.js";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { findReturnedPayout, type ReturnedPayout } from "./returned-payout.js";

export interface FoundLookups {
  readonly lookups: DepositLookups;
  /** Places among custody's sent events that they rest on. */
  readonly sentEvents: readonly bigint[];
}

/**
 * The most versions that deposits of one batch name. Each takes a range of custody's sent events,
 * and the search for it. Anyone can name any versions, so a flood of them must neither outgrow a
 * batch nor cost others their places.
 */
export const MOST_VERSIONS = 4;

/**
 * Reads the version that a payment sends back; undefined also for one that isn't past, as it needs
 * nothing proven.
 */
const versionOf = ({ metadata, version }: CustodyPayment): bigint | undefined => {
  const destination = readDestination(metadata);
  return destination.type === "refunded" && destination.version < version ? destination.version : undefined;
};

/**
 * Tells the payments that name a further version than the first few: they wait for a later batch.
 */
export const namingTooMany = (payments: readonly CustodyPayment[]): ReadonlySet<bigint> => {
  const versions = new Set<bigint>();
  const left = new Set<bigint>();
  for (const payment of payments) {
    const version = versionOf(payment);
    if (version === undefined) continue;
    if (versions.size < MOST_VERSIONS) versions.add(version);
    if (!versions.has(version)) left.add(payment.number);
  }
  return left;
};

const lookupsFor = (
  { accounts, releases, trees }: Pick<History, "accounts" | "releases" | "trees">,
  payment: CustodyPayment,
  returned: ReturnedPayout | undefined,
): DepositLookups => {
  const destination = readDestination(payment.metadata);
  const index = destination.type === "registered" ? destination.index : undefined;
  const account = index === undefined ? undefined : accounts[Number(index)];
  const released = destination.type === "release" ? destination.index : returned?.release;
  const release = released === undefined ? undefined : releases[Number(released)];
  return {
    account:
      index === undefined || account === undefined ? undefined : { leaf: account, path: trees.accounts.path(index) },
    release:
      released === undefined || release === undefined
        ? undefined
        : { leaf: release, path: trees.releases.path(released) },
    paymentsBefore: returned?.paymentsBefore,
  };
};

/** Finds what each payment's rules look up, by its number. @param sent custody's sent events */
export const findLookups = async (
  client: DiemClient,
  history: History,
  sent: EventHandle,
  payments: readonly CustodyPayment[],
): Promise<ReadonlyMap<bigint, FoundLookups>> => {
  // Payments that name the same version ask for the same: it is looked for once.
  const returned = new Map<bigint, ReturnedPayout | undefined>();
  const found = new Map<bigint, FoundLookups>();
  for (const payment of payments) {
    const version = versionOf(payment);
    if (version !== undefined && !returned.has(version))
      returned.set(version, await findReturnedPayout(client, sent, version));
    const payout = version === undefined ? undefined : returned.get(version);
    found.set(payment.number, { lookups: lookupsFor(history, payment, payout), sentEvents: payout?.sentEvents ?? [] });
  }
  return found;
};
