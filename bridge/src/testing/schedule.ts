/** Random schedules: what users, relayers and an adversary do, one after the other. */
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import fc from "fast-check";
import { accountSubaddress, releaseSubaddress } from "../deposit/subaddress.js";
import { USERS } from "./bridge-run.js";
import { HOUR } from "./config.js";
import { toAccount, toCustodysSubaddress } from "./world.js";

/** One thing that happens; numbers choose among whatever there is at the time. */
export type Event =
  | {
      readonly type: "pay";
      readonly sender: number;
      readonly currency: string;
      readonly amount: bigint;
      readonly to: Uint8Array;
    }
  /** Sends a payout back to custody, or a part of it, by its subaddress or by its version. */
  | { readonly type: "sendBack"; readonly payment: number; readonly all: boolean; readonly byVersion: boolean }
  /** A user sends wrapped asset to a withdrawal account. */
  | {
      readonly type: "withdraw";
      readonly user: number;
      readonly account: number;
      readonly currency: number;
      readonly amount: bigint;
    }
  | { readonly type: "tick"; readonly time: bigint; readonly chains: "both" | "parachain" | "diem" }
  | {
      readonly type: "honest";
      readonly most: number;
      readonly registered: number | undefined;
      readonly reaped: number | undefined;
      /**
       * Index among the batch's withdrawals: strangers' dust comes in there between facts and
       * batch.
       */
      readonly dusted: number | undefined;
    }
  | {
      readonly type: "hostileRequest";
      readonly ledger: number;
      readonly diem: number;
      readonly parachain: number;
      readonly deposits: readonly number[];
      readonly withdrawals: readonly number[];
      readonly registration: number | undefined;
      readonly claims: boolean;
      readonly fold: number;
    }
  /** One chain was behind, and isn't any more. */
  | { readonly type: "catchUp" }
  | { readonly type: "hostileSubmit"; readonly batch: number }
  /** An honest payout, kept back for a while or meeting a payee who has just been frozen. */
  | { readonly type: "payOut"; readonly choice: number; readonly mishap: "none" | "late" | "frozen" }
  | {
      readonly type: "hostilePayout";
      readonly ledger: number;
      readonly diem: number;
      readonly parachain: number;
      readonly release: number;
      readonly isSubmitted: boolean;
    }
  | { readonly type: "hostilePayoutSubmit"; readonly payout: number }
  | { readonly type: "freezePayee"; readonly sender: number; readonly isFrozen: boolean }
  | { readonly type: "reap" | "fund" | "crowd"; readonly user: number }
  | { readonly type: "freeze" | "thaw" }
  /** Guardians decide on what is there. */
  | { readonly type: "guard"; readonly choices: readonly number[] }
  /**
   * Someone shows decisions once more that were taken up, with any ledger and any chain of
   * decisions.
   */
  | {
      readonly type: "hostileGuard";
      readonly ledger: number;
      readonly parachain: number;
      readonly chain: number;
      readonly batch: number;
    };

type Of<T extends Event["type"]> = Event & { readonly type: T };

export const refundOf = (transactionVersion: bigint): Uint8Array =>
  encodeMetadata({ type: "refund", value: { transactionVersion, reason: "otherReason" } });

const small = fc.nat({ max: 7 });
/** Places before the newest: the newest alone can still take effect, so it is tried the most. */
const back = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: small });
const maybe = fc.option(small, { nil: undefined, freq: 3 });
const destination: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...USERS).map(toAccount) },
  { weight: 2, arbitrary: small.map((index) => toCustodysSubaddress(accountSubaddress(BigInt(index)))) },
  { weight: 1, arbitrary: small.map((index) => toCustodysSubaddress(releaseSubaddress(BigInt(index)))) },
  { weight: 1, arbitrary: fc.nat({ max: 40 }).map((version) => refundOf(BigInt(version))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }) },
);
const amount = fc.oneof(fc.bigInt({ min: 1n, max: 12_000n }), fc.constantFrom(7n, 8n, 99n, 100n, 10_000n, 10_001n));

const users: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record<Of<"pay">>({
      type: fc.constant("pay"),
      sender: small,
      currency: fc.constantFrom("XUS", "XUS", "XDX"),
      amount,
      to: destination,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record<Of<"sendBack">>({
      type: fc.constant("sendBack"),
      payment: small,
      all: fc.boolean(),
      byVersion: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record<Of<"withdraw">>({
      type: fc.constant("withdraw"),
      user: small,
      account: small,
      currency: fc.constantFrom(0, 0, 1),
      amount: fc.oneof({ weight: 3, arbitrary: amount }, { weight: 1, arbitrary: fc.bigInt({ min: 1n, max: 30n }) }),
    }),
  },
);

const relayers: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record<Of<"honest">>({
      type: fc.constant("honest"),
      most: small,
      registered: maybe,
      reaped: maybe,
      dusted: maybe,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record<Of<"payOut">>({
      type: fc.constant("payOut"),
      choice: small,
      mishap: fc.constantFrom("none", "none", "none", "late", "frozen"),
    }),
  },
);

const adversary: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record<Of<"hostileRequest">>({
      type: fc.constant("hostileRequest"),
      ledger: back,
      diem: back,
      parachain: back,
      deposits: fc.array(fc.nat({ max: 30 }), { maxLength: 2 }),
      withdrawals: fc.array(small, { maxLength: 3 }),
      registration: maybe,
      claims: fc.boolean(),
      fold: small,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record<Of<"hostileSubmit">>({
      type: fc.constant("hostileSubmit"),
      batch: fc.oneof(back, fc.nat({ max: 20 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record<Of<"hostilePayout">>({
      type: fc.constant("hostilePayout"),
      ledger: back,
      diem: back,
      parachain: back,
      release: small,
      isSubmitted: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record<Of<"hostilePayoutSubmit">>({
      type: fc.constant("hostilePayoutSubmit"),
      payout: fc.oneof(back, fc.nat({ max: 20 })),
    }),
  },
);

const chains: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record<Of<"tick">>({
      type: fc.constant("tick"),
      time: fc.constantFrom(12_000n, 60_000n, 60_000n, HOUR),
      chains: fc.constantFrom("both", "both", "parachain", "diem"),
    }),
  },
  { weight: 2, arbitrary: fc.record<Of<"catchUp">>({ type: fc.constant("catchUp") }) },
  {
    weight: 1,
    arbitrary: fc.record<Of<"freezePayee">>({
      type: fc.constant("freezePayee"),
      sender: small,
      isFrozen: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record<Of<"reap" | "fund" | "crowd">>({
      type: fc.constantFrom("reap", "fund", "fund", "crowd"),
      user: small,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record<Of<"guard">>({
      type: fc.constant("guard"),
      choices: fc.array(fc.constantFrom(0, 1, 1, 1, 2, 3), { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record<Of<"hostileGuard">>({
      type: fc.constant("hostileGuard"),
      ledger: back,
      parachain: back,
      // Far back: guardians decide seldom, so neighbours mostly have the same chain.
      chain: fc.oneof(back, fc.nat({ max: 40 })),
      batch: small,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record<Of<"freeze" | "thaw">>({ type: fc.constantFrom("freeze", "thaw", "thaw") }),
  },
);

/** Long enough that most end with transfers in every state. */
export const schedule: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: users },
    { weight: 10, arbitrary: relayers },
    { weight: 14, arbitrary: adversary },
    { weight: 8, arbitrary: chains },
  ),
  { minLength: 60, maxLength: 160 },
);
