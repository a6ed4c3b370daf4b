/**
 * What a batch tells in its remark (PROTOCOL 3): the block bodies are the bridge's journal. Data,
 * not proof.
 */
import {
  type Codec,
  type Decoded,
  fixedBytes,
  option,
  string,
  struct,
  u32,
  u64,
  vector,
  versioned,
} from "@pdiem/light-client/codec/bcs";
import { signedCheckpoint } from "../checkpoint/signed-checkpoint.js";
import { governanceState } from "../governance/governance-state.js";
import { signedDecision } from "../governance/signed-decision.js";
import { withdrawalPreimage } from "../withdrawal/withdrawal-account.js";
import { ledger } from "./ledger.js";
import { release } from "./release.js";

/** Numbers from `from` on, `count` of them. */
export const run = struct({ from: u64, count: u32 });
export type Run = Decoded<typeof run>;

/** The most that a batch can tell of one kind. */
export const MAX_TOLD_ITEMS = 4096;
/** The most checkpoints that one batch tells. */
export const MAX_TOLD_CHECKPOINTS = 8;
const MAX_REGISTRATIONS = 64;

/** A withdrawal whose payee couldn't be paid; the amount is what its refund account got. */
const givenBack = struct({ preimage: withdrawalPreimage, currency: string, amount: u64 });
export type GivenBack = Decoded<typeof givenBack>;

const entryV2 = struct({
  /** The ledger that the batch puts in force. */
  ledger,
  /** What it appends to each list, in order. */
  accounts: vector(fixedBytes(32), MAX_REGISTRATIONS),
  releases: vector(release, MAX_TOLD_ITEMS),
  /** Leaves of `waiting` that it clears, by their index, in order. */
  cleared: vector(u64, MAX_TOLD_ITEMS),
  /** What it appends to `waiting`: deposits by number first, then aborted releases by index. */
  waiting: struct({ deposits: vector(run, MAX_TOLD_ITEMS), releases: vector(run, MAX_TOLD_ITEMS) }),
  /** Deposits that stay with custody for good, by number. */
  kept: vector(run, MAX_TOLD_ITEMS),
  /**
   * Withdrawals that went to their refund accounts, in the order of their burns: what was minted,
   * per currency.
   */
  givenBack: vector(givenBack, MAX_TOLD_ITEMS),
  /** Where a decision batch changed the governance state: the new one, and the decision. */
  governance: option(struct({ state: governanceState, decision: signedDecision })),
  /** Checkpoints at which the signers changed. */
  checkpoints: vector(signedCheckpoint, MAX_TOLD_CHECKPOINTS),
});
export type JournalEntry = Decoded<typeof entryV2>;

/** Versioned BCS, as journals are read for as long as the bridge lives. */
export const journalEntry: Codec<JournalEntry> = versioned("JournalEntry", entryV2, 2);

/** Writes rising numbers as runs. */
export const runsOf = (numbers: readonly bigint[]): readonly Run[] => {
  const runs: { from: bigint; count: number }[] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last.from + BigInt(last.count) === number) last.count += 1;
    else runs.push({ from: number, count: 1 });
  }
  return runs;
};

/** Most numbers that `numbersOf` gives: what a batch may take up at once. */
const MAX_NUMBERS = 65_536;

/**
 * Lists the numbers of runs.
 * @throws RangeError above 65,536 numbers
 */
export const numbersOf = (runs: readonly Run[]): readonly bigint[] => {
  const total = runs.reduce((sum, { count }) => sum + count, 0);
  if (total > MAX_NUMBERS) throw new RangeError(`expected ${MAX_NUMBERS} numbers at most, got ${total}`);
  return runs.flatMap(({ from, count }) => Array.from({ length: count }, (_, i) => from + BigInt(i)));
};
