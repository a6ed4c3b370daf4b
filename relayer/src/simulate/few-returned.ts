import { readDestination } from "@pdiem/bridge/deposit/destination";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";

/** Each version takes a range of custody's sent events in the one answer of a node that proves a batch, and looking for it. */
export const MOST_VERSIONS = 4;

/**
 * The payments without those that send back what custody paid at a further version than the first four named: they wait for
 * a later batch. Anyone can name any versions, so a flood of them must neither outgrow what one batch can prove nor cost others their places.
 */
export const withFewReturned = (payments: readonly CustodyPayment[]): readonly CustodyPayment[] => {
  const versions = new Set<bigint>();
  return payments.filter((payment) => {
    const destination = readDestination(payment.metadata);
    // What names a version that isn't past needs nothing proven.
    if (destination.type !== "refunded" || destination.version >= payment.version) return true;
    if (versions.size < MOST_VERSIONS) versions.add(destination.version);
    return versions.has(destination.version);
  });
};
