/** Rule 1 of PROTOCOL 3, 'Deposits': which release a deposit sends back. */
import type { EventHandle } from "@pdiem/light-client/diem/state/event";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { ProofError } from "@pdiem/light-client/error";
import type { DiemFacts } from "../facts/facts.js";
import type { Ledger } from "../ledger/ledger.js";
import { verifyLeaf } from "../ledger/list.js";
import { RELEASES } from "../ledger/lists.js";
import type { Release } from "../ledger/release.js";
import type { DepositLookups } from "../settlement/items.js";
import { readPaidRelease } from "./destination.js";

const notShown = (what: string): never => {
  throw new ProofError("proof/not-shown", `expected ${what} with the deposit`);
};

/**
 * Finds the release that custody's first payment at a version carries; undefined if no payment
 * there carries one. The two payments next to the version prove either.
 * @param sent custody's sent events at the ledger info of the facts
 * @param paymentsBefore how many of them stand before the version
 * @throws ProofError `proof/not-shown`
 */
export const releasePaidAt = (
  facts: DiemFacts,
  sent: EventHandle,
  version: bigint,
  paymentsBefore: bigint | undefined,
): bigint | undefined => {
  const before = paymentsBefore ?? notShown("how many payments stand before the version");
  if (before > sent.count)
    return notShown(`at most custody's ${sent.count} payments before the version, not ${before},`);
  if (before > 0n && facts.event(sent.key, before - 1n).transactionVersion >= version)
    return notShown(`payment ${before - 1n} before version ${version}`);
  if (before === sent.count) return undefined;
  const { event, transactionVersion } = facts.event(sent.key, before);
  if (transactionVersion < version) return notShown(`payment ${before} at or after version ${version}`);
  return transactionVersion === version ? readPaidRelease(readPayment(event).metadata) : undefined;
};

/**
 * Finds the release with that index; undefined if the ledger hasn't any.
 * @throws ProofError `proof/not-shown` where the ledger has it and its leaf isn't shown, or of
 * `verifyLeaf`
 */
export const returnedRelease = (
  { releases }: Pick<Ledger, "releases">,
  index: bigint,
  { release }: Pick<DepositLookups, "release">,
): Release | undefined => {
  if (index >= releases.numLeaves) return undefined;
  const { leaf, path } = release ?? notShown(`release ${index}`);
  verifyLeaf(RELEASES, releases, index, leaf, path);
  return leaf;
};
