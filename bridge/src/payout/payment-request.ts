/** Releases that a relayer asks to be paid (PROTOCOL 4). */
import { type Decoded, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import { leafPath } from "../ledger/list.js";
import { release } from "../ledger/release.js";

/**
 * How far above custody's sequence number payments are signed: Diem's mempool takes 100 of an
 * account.
 */
export const PAYOUT_WINDOW = 64;

/** One release by its index in `ledger.releases`, with its leaf's path. */
export const paymentRequest = struct({ index: u64, leaf: release, path: leafPath });
export type PaymentRequest = Decoded<typeof paymentRequest>;

export const paymentRequests = vector(paymentRequest, PAYOUT_WINDOW);
