/**
 * The ledger of PROTOCOL 2: all that the bridge has to remember, small enough to travel with every
 * request.
 */
import { type Decoded, fixedBytes, struct, u8, u32, u64, vector } from "@pdiem/light-client/codec/bcs";
import { frozenAccumulator } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { MAX_CURRENCIES } from "../config/bridge-config.js";

/** What a window that started at `start` (ms) has let through, in smallest units. */
export const windowUse = struct({ start: u64, used: u64 });
export type WindowUse = Decoded<typeof windowUse>;

export const currencyLedger = struct({
  /** Fees accrued and not claimed yet. */
  fees: u64,
  /** Sum of the releases neither paid nor given back, those that wait included. */
  owed: u64,
  minted: windowUse,
  released: windowUse,
  refunded: windowUse,
});
export type CurrencyLedger = Decoded<typeof currencyLedger>;

export const ledger = struct({
  /** The parachain's time in the facts of the batch that made this ledger, ms. */
  time: u64,
  /** Active time, ms: what delays of decisions run in. */
  active: u64,
  /** The issuer's nonce once that batch is in. */
  nonce: u32,
  /** Score of failed batches, 16 at most. */
  failures: u8,
  /** How many of custody's received events have been taken up: all below have ended, or wait. */
  deposits: u64,
  waiting: frozenAccumulator,
  accounts: frozenAccumulator,
  releases: frozenAccumulator,
  /** Custody's sequence number at genesis: release `i` has number `start + i`. */
  start: u64,
  paid: struct({
    /** How many releases are folded: all below are. */
    releases: u64,
    /** How many of custody's sent events that took. */
    events: u64,
  }),
  /** In the order of the configuration. */
  currencies: vector(currencyLedger, MAX_CURRENCIES),
  /** `governanceHash` of the governance state, 32 bytes. */
  governance: fixedBytes(32),
});
export type Ledger = Decoded<typeof ledger>;
