/** Rule 1 of deposits: a payout coming back goes to its withdrawal's refund account, or stays with custody. */
import { equal } from "@pdiem/light-client/bytes";
import type { EventHandle } from "@pdiem/light-client/diem/state/event";
import { type Payment, readPayment } from "@pdiem/light-client/diem/state/event-data";
import { ProofError } from "@pdiem/light-client/error";
import { RELEASES, verifyLeaf } from "../ledger/list.js";
import { readPaidRelease } from "./destination.js";
import type { DiemFacts } from "../facts/facts.js";
import type { DepositItem } from "../settlement/items.js";
import type { Ledger } from "../ledger/ledger.js";

/** Why a returned payout reaches nobody. */
export type NotReturned = "no-such-payout" | "no-such-release" | "another-release" | "no-refund-account";

export type Returned = { readonly refundAccount: Uint8Array } | { readonly kept: NotReturned };

const notShown = (what: string): never => {
  throw new ProofError("proof/not-shown", `expected ${what} with the deposit`);
};

/** The release that custody's first payment at a version carries; undefined if there is no such payment. */
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
 * Who gets a deposit that sends back release `index`.
 * @throws ProofError `proof/not-shown` when the release is in the ledger but its leaf wasn't shown, and as `verifyLeaf`
 */
export const returnOf = (ledger: Ledger, deposit: Payment, index: bigint, item: DepositItem): Returned => {
  if (index >= ledger.releases.numLeaves) return { kept: "no-such-release" };
  const proof = item.release ?? notShown(`release ${index}`);
  verifyLeaf(RELEASES, ledger.releases, index, proof);
  const { payee, currency, amount, origin } = proof.leaf;
  if (!equal(payee, deposit.payer) || currency !== deposit.currency || amount < deposit.amount)
    return { kept: "another-release" };
  if (origin.type === "deposit" || origin.value.refundAccount === undefined) return { kept: "no-refund-account" };
  return { refundAccount: origin.value.refundAccount };
};
