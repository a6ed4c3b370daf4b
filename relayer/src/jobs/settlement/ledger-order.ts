import { toHex } from "@pdiem/light-client/bytes";
import type { SettlementData } from "../jobs.js";

/** The anchor of a job that makes the first ledger. */
export const GENESIS = "genesis";

/** What of a view tells the order of its ledgers. */
export interface LedgerOrder {
  readonly current?:
    | {
        readonly anchor: Uint8Array;
        readonly history: { readonly batches: readonly { readonly anchor: Uint8Array }[] };
      }
    | undefined;
  readonly issuer?: { readonly nonce: number } | undefined;
}

/** Names the ledger in force: its anchor as hex, or `GENESIS` before the first. */
export const anchorOf = ({ current }: LedgerOrder): string => (current === undefined ? GENESIS : toHex(current.anchor));

/**
 * Tells whether the ledger and nonce of a settlement's job are in force in a view. They may have
 * been so before, or be `ahead` of it. Relayers share their queues, and another may have polled
 * first.
 */
export const standsIn = (
  view: LedgerOrder,
  { anchor, nonce }: Pick<SettlementData, "anchor" | "nonce">,
): "past" | "current" | "ahead" => {
  const issuerNonce = view.issuer?.nonce ?? 0;
  if (anchorOf(view) === anchor) return issuerNonce < nonce ? "ahead" : issuerNonce > nonce ? "past" : "current";
  if (anchor === GENESIS) return "past";
  return view.current?.history.batches.some((batch) => toHex(batch.anchor) === anchor) === true ? "past" : "ahead";
};
