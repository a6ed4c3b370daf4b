/** The ledger of PROTOCOL 2: everything that the bridge has to remember, small enough to travel with every request. */
import { type Codec, fixedBytes, struct, u32, u64, vector } from "@pdiem/light-client/codec/bcs";
import { type FrozenAccumulator, frozenAccumulator } from "@pdiem/light-client/diem/proofs/accumulator-append";

/** Numbers from `from` to before `to`. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** Which numbers of a stream aren't done: those in `open`, sorted and apart from one another, and those from `next` on. */
export interface Progress {
  readonly next: bigint;
  readonly open: readonly Range[];
}

/** What a window that started at `start` (ms) has let through. */
export interface WindowUse {
  readonly start: bigint;
  readonly used: bigint;
}

export interface CurrencyLedger {
  /** Fees accrued and not claimed yet. */
  readonly fees: bigint;
  readonly minted: WindowUse;
  readonly released: WindowUse;
  readonly refunded: WindowUse;
}

export interface Ledger {
  /** The parachain's time in the facts of the batch that made this ledger, ms. */
  readonly time: bigint;
  /** Sum of the steps between those times, each counted as an hour at most, ms. */
  readonly worked: bigint;
  /** The issuer's nonce once that batch is in. */
  readonly nonce: number;
  /** `profile` is the hash of the chain profile that the batch was encoded with. */
  readonly runtime: { readonly specVersion: number; readonly profile: Uint8Array };
  /** By number in custody's received-payment events. */
  readonly deposits: Progress;
  /** Append-only: registered beneficiaries, and what is owed on Diem. */
  readonly accounts: FrozenAccumulator;
  readonly releases: FrozenAccumulator;
  /** `sent`: custody's sent-payment events folded so far; the rest by release index. */
  readonly paid: Progress & { readonly sent: bigint };
  /** In the order of the configuration. */
  readonly currencies: readonly CurrencyLedger[];
  /** Of the chain of guardians' decisions. */
  readonly decisions: { readonly count: bigint; readonly hash: Uint8Array };
}

/** The longest list of open ranges that is ever signed. */
export const MAX_OPEN_RANGES = 1024;
/** Bound on a decoder, far above what anyone bridges. */
export const MAX_CURRENCIES = 64;

const range: Codec<Range> = struct<Range>({ from: u64, to: u64 });
const open = vector(range, MAX_OPEN_RANGES);
const windowUse: Codec<WindowUse> = struct<WindowUse>({ start: u64, used: u64 });
const currencyLedger: Codec<CurrencyLedger> = struct<CurrencyLedger>({
  fees: u64,
  minted: windowUse,
  released: windowUse,
  refunded: windowUse,
});

export const ledger: Codec<Ledger> = struct<Ledger>({
  time: u64,
  worked: u64,
  nonce: u32,
  runtime: struct<Ledger["runtime"]>({ specVersion: u32, profile: fixedBytes(32) }),
  deposits: struct<Progress>({ next: u64, open }),
  accounts: frozenAccumulator,
  releases: frozenAccumulator,
  paid: struct<Ledger["paid"]>({ sent: u64, next: u64, open }),
  currencies: vector(currencyLedger, MAX_CURRENCIES),
  decisions: struct<Ledger["decisions"]>({ count: u64, hash: fixedBytes(32) }),
});
