/**
 * Jobs as the dashboard shows them. What they hold comes from Redis: whatever isn't as expected is
 * shown as it is.
 */
import { z } from "zod";

const job = z.object({
  name: z.string(),
  data: z
    .object({
      currency: z.string(),
      amount: z.string(),
      payee: z.string(),
      account: z.string(),
      nonce: z.number(),
      from: z.string(),
    })
    .partial(),
  progress: z.object({ stage: z.string(), to: z.string(), waitingFor: z.string() }).partial().catch({}),
  returnvalue: z.object({ outcome: z.string(), index: z.number() }).partial().catch({}),
  failedReason: z.string().optional(),
});

type JobParts = z.output<typeof job>;

const short = (hex: string): string => `${hex.slice(0, 8)}…`;

const whatItIs = ({ name, data }: JobParts): string => {
  const { currency, amount, payee, account, nonce, from } = data;
  if (amount !== undefined)
    return `${amount} ${currency ?? "?"}${payee === undefined ? "" : ` to ${short(payee)} on Diem`}`;
  if (nonce !== undefined) return `batch ${nonce}`;
  if (from !== undefined) return `payments from release ${from} on`;
  return account === undefined ? name : `account ${short(account)}`;
};

const howItStands = ({ progress, returnvalue, failedReason }: JobParts): string | undefined => {
  if (returnvalue.outcome !== undefined) return returnvalue.outcome;
  if (returnvalue.index !== undefined) return `registered as ${returnvalue.index}`;
  if (failedReason !== undefined && failedReason !== "") return failedReason;
  if (progress.waitingFor !== undefined) return `waits for ${progress.waitingFor}`;
  return progress.to === undefined ? progress.stage : `signed up to release ${progress.to}`;
};

/** Writes what it is, and how it stands: "25000000 XUS · minted". */
export const titleOf = (value: unknown): string => {
  const parsed = job.safeParse(value);
  if (!parsed.success) return "job";
  const how = howItStands(parsed.data);
  return how === undefined ? whatItIs(parsed.data) : `${whatItIs(parsed.data)} · ${how}`;
};

const LONGEST = 200;

const shorten = (_: string, value: unknown): unknown =>
  typeof value === "string" && value.length > LONGEST && /^[0-9a-f]+$/.test(value)
    ? `${short(value)} (${value.length / 2} bytes)`
    : value;

/** Leaves out long bytes: signed batches and payments are as long as a page. */
export const withoutLongBytes = (data: unknown): unknown => JSON.parse(JSON.stringify(data ?? null, shorten));

const SECONDS = new Set(["expires"]);
const MILLISECONDS = new Set(["seen", "proven", "settled", "finalized"]);

const readable = (name: string, value: unknown): unknown => {
  if (typeof value !== "number") return value;
  const ms = SECONDS.has(name) ? 1000 * value : MILLISECONDS.has(name) ? value : undefined;
  return ms === undefined || Math.abs(ms) > 8.64e15 ? value : new Date(ms).toISOString();
};

/** Writes times in progress as ISO 8601 has them. */
export const withReadableTimes = (progress: unknown): unknown =>
  typeof progress === "object" ? JSON.parse(JSON.stringify(progress, readable)) : progress;
