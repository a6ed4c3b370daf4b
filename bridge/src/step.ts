/** What a batch tells in its remark, so that the block bodies are the bridge's journal. Data, not proof. */
import {
  type Codec,
  enumeration,
  fixedBytes,
  mapped,
  struct,
  type Union,
  u8,
  u64,
  vector,
} from "@pdiem/light-client/codec/bcs";
import { DecodeError } from "@pdiem/light-client/error";
import { MAX_REGISTRATIONS } from "./items.js";
import { type Ledger, ledger } from "./ledger.js";
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

export interface Step {
  /** The ledger that the batch puts in force. */
  readonly ledger: Ledger;
  /** What it appends, in order. */
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
  readonly kept: readonly KeptDeposit[];
}

/** More than a batch can hold. */
const MAX_DEPOSITS = 4096;

const keptReason: Codec<KeptReason> = mapped(
  u8,
  (index) => {
    const reason = KEPT_REASONS[index];
    if (reason === undefined) throw new DecodeError("decode/kept-reason", `expected a known reason, got ${index}`);
    return reason;
  },
  (reason) => KEPT_REASONS.indexOf(reason),
);

const stepV1 = struct<Step>({
  ledger,
  accounts: vector(fixedBytes(32), MAX_REGISTRATIONS),
  releases: vector(release, MAX_DEPOSITS),
  kept: vector(struct<KeptDeposit>({ number: u64, reason: keptReason }), MAX_DEPOSITS),
});

/** Versioned, as journals are read for as long as the bridge lives. */
export const step: Codec<Step> = mapped(
  enumeration<{ v1: Step }>("Step", { v1: [1, stepV1] }),
  (versioned: Union<{ v1: Step }>) => versioned.value,
  (value) => ({ type: "v1", value }) as const,
);
