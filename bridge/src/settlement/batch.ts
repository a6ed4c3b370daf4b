/** One batch of the issuer (PROTOCOL 3): what is signed is a `batch_all` of its calls. */
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { DepositResult } from "../deposit/deposit-result.js";
import type { WaitingResult } from "../deposit/waiting-result.js";
import type { JournalEntry } from "../ledger/journal-entry.js";
import type { Ledger } from "../ledger/ledger.js";
import type { WithdrawalResult } from "../withdrawal/withdrawal-result.js";

export interface Batch {
  /** The ledger that it puts in force, and that ledger's anchor (32 bytes). */
  readonly ledger: Ledger;
  readonly anchor: Uint8Array;
  readonly entry: JournalEntry;
  readonly calls: readonly Call[];
  /** The issuer's proven nonce, which it uses. */
  readonly nonce: number;
  /** Spec version at the block that the facts are from. */
  readonly specVersion: number;
}

/** A settlement's batch, with how each of its items ends. */
export interface Settlement extends Batch {
  /** In the order of `items.waiting`. */
  readonly waiting: readonly WaitingResult[];
  /** In the order of their numbers, those put off left out. */
  readonly deposits: readonly DepositResult[];
  readonly withdrawals: readonly WithdrawalResult[];
}
