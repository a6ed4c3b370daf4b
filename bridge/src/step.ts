/** What a batch tells in its remark, so that the block bodies are the bridge's journal. Data, not proof. */
import {
  bool,
  type Codec,
  enumeration,
  fixedBytes,
  mapped,
  string,
  struct,
  type Union,
  u8,
  u64,
  vector,
} from "@pdiem/light-client/codec/bcs";
import { DecodeError } from "@pdiem/light-client/error";
import { type WithdrawalPreimage, withdrawalPreimage } from "./addresses.js";
import { MAX_BATCH_DECISIONS, type SignedDecision, signedDecision } from "./guardians/signed-decision.js";
import { MAX_REGISTRATIONS } from "./items.js";
import { type Ledger, ledger } from "./ledger.js";
import { UNPAYABLE, type Unpayable } from "./payable.js";
import { type Release, release } from "./release.js";

/** Why a deposit stays with custody. New ones go at the end: their places are their encoding. */
export const KEPT_REASONS = [
  "unbridged-currency",
  "no-such-payout",
  "no-such-release",
  "another-release",
  "no-refund-account",
  "returned-but-not-receivable",
  "nothing-left",
  "sender-absent",
  "sender-without-currency",
  "sender-of-custody",
  "sender-needs-attestation",
] as const;
export type KeptReason = (typeof KEPT_REASONS)[number];

export interface KeptDeposit {
  readonly number: bigint;
  readonly reason: KeptReason;
}

/** A withdrawal that its payee couldn't be paid, and that went to its refund account instead. */
export interface ReturnedWithdrawal {
  readonly preimage: WithdrawalPreimage;
  readonly currency: string;
  readonly reason: Unpayable;
}

export interface Step {
  /** The ledger that the batch puts in force. */
  readonly ledger: Ledger;
  /** What it appends, in order. */
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
  readonly kept: readonly KeptDeposit[];
  /** In the order of their burns. */
  readonly returned: readonly ReturnedWithdrawal[];
  /** Taken up by a batch of decisions alone, in order; and whether it thawed an asset. */
  readonly decisions: readonly SignedDecision[];
  readonly thawed: boolean;
}

/** More than a batch can hold. */
const MAX_ITEMS = 4096;

/** A byte that stands for a reason: its place in the list. */
const reasonOf = <R extends string>(reasons: readonly R[]): Codec<R> =>
  mapped(
    u8,
    (index) => {
      const reason = reasons[index];
      if (reason === undefined) throw new DecodeError("decode/reason", `expected a known reason, got ${index}`);
      return reason;
    },
    (reason) => reasons.indexOf(reason),
  );

const kept = struct<KeptDeposit>({ number: u64, reason: reasonOf(KEPT_REASONS) });
const returned = struct<ReturnedWithdrawal>({
  preimage: withdrawalPreimage,
  currency: string,
  reason: reasonOf(UNPAYABLE),
});

const stepV1 = struct<Step>({
  ledger,
  accounts: vector(fixedBytes(32), MAX_REGISTRATIONS),
  releases: vector(release, MAX_ITEMS),
  kept: vector(kept, MAX_ITEMS),
  returned: vector(returned, MAX_ITEMS),
  decisions: vector(signedDecision, MAX_BATCH_DECISIONS),
  thawed: bool,
});

/** Versioned, as journals are read for as long as the bridge lives. */
export const step: Codec<Step> = mapped(
  enumeration<{ v1: Step }>("Step", { v1: [1, stepV1] }),
  (versioned: Union<{ v1: Step }>) => versioned.value,
  (value) => ({ type: "v1", value }) as const,
);
