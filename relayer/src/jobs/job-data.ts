/**
 * What jobs hold, checked before anything is done with it. Whoever reaches Redis or the dashboard
 * can add a job of any content.
 */
import { PdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import { z } from "zod";
import type {
  DepositData,
  PayoutData,
  Queues,
  RegistrationData,
  SettlementData,
  SignedBatchData,
  WithdrawalData,
} from "./jobs.js";

const LONGEST_HEX = 16_000_000;
const LONGEST_NAME = 200;
const MOST_NAMES = 100_000;

const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `expected ${bytes} bytes of hex`);
const anyHex = z
  .string()
  .max(LONGEST_HEX)
  .regex(/^(?:[0-9a-f]{2})*$/, "expected hex");
const decimal = z.string().regex(/^(?:0|[1-9][0-9]{0,19})$/, "expected a whole number in decimal digits");
const code = z.string().regex(/^[A-Z][A-Z0-9]{0,31}$/, "expected a currency's code");
const names = z.array(z.string().max(LONGEST_NAME)).max(MOST_NAMES);
const count = z.int().min(0).max(0xffff_ffff);

const times = z.object({ seen: z.number().exactOptional(), settled: z.number(), finalized: z.number() });

const deposit = z.object({
  number: decimal,
  version: decimal,
  currency: code,
  amount: decimal,
  sender: anyHex.max(64),
  metadata: anyHex,
  times: times.exactOptional(),
});

const withdrawal = z.object({
  account: hex(32),
  currency: code,
  amount: decimal,
  payee: hex(16),
  subaddress: hex(8).exactOptional(),
  refundAccount: hex(32),
  times: times.exactOptional(),
});

const signedBatch = z.object({
  extrinsic: anyHex,
  hash: hex(32),
  birth: count,
  period: count,
  specVersion: count.exactOptional(),
  anchor: hex(32),
  deposits: names,
  withdrawals: names,
  registrations: count,
  others: names.exactOptional(),
  fold: count.exactOptional(),
  feeClaims: names.exactOptional(),
  isDecision: z.boolean().exactOptional(),
});

// The genesis batch replaces none: its anchor is a word.
const settlement = z.object({
  anchor: z.string().regex(/^(?:[0-9a-f]{64}|[a-z]{1,20})$/, "expected an anchor"),
  nonce: count,
  batch: signedBatch.exactOptional(),
});

export const JOB_DATA = {
  deposit: deposit satisfies z.ZodType<DepositData>,
  withdrawal: withdrawal satisfies z.ZodType<WithdrawalData>,
  payout: z.object({ from: decimal }) satisfies z.ZodType<PayoutData>,
  registration: z.object({ account: hex(32) }) satisfies z.ZodType<RegistrationData>,
  settlement: settlement satisfies z.ZodType<SettlementData & { readonly batch?: SignedBatchData }>,
} as const satisfies { readonly [Q in keyof Queues]: z.ZodType };

/** Tells whether a job of a queue holds what its like do. */
export const isWellFormed = (queue: keyof Queues, { data }: Pick<Job, "data">): boolean =>
  JOB_DATA[queue].safeParse(data).success;

/**
 * Refuses a job that no relayer has made. Undone it would be tried for ever.
 * @throws PdiemError `job/malformed`, `never`
 */
export const expectWellFormed = (queue: keyof Queues, { id, data }: Pick<Job, "id" | "data">): void => {
  const parsed = JOB_DATA[queue].safeParse(data);
  if (parsed.success) return;
  throw new PdiemError(
    "job/malformed",
    `expected a job of the queue ${queue}, got ${id} with other data (${z.prettifyError(parsed.error).replaceAll("\n", " ").slice(0, 300)}): somebody else has added it. Remove it; real ones come again by the chains`,
    "never",
  );
};
