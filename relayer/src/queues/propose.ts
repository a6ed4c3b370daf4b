import { MAX_REGISTRATIONS } from "@pdiem/bridge/items";
import { fromHex } from "@pdiem/light-client/bytes";
import type { BridgeContext } from "../bridge-context.js";
import type { CustodyPayment } from "../diem/custody-payment.js";
import { MAX_RANGES } from "../evidence/diem-evidence.js";
import type { Proposal } from "../evidence/foretell.js";
import { rangesOf } from "../evidence/ranges.js";
import type { BridgeView, InForce } from "../follow/bridge-view.js";
import { type BatchDue, batchDue } from "./choose.js";
import { registeredIndex } from "./registration-processor.js";
import { chooseTogether } from "./suspects.js";

const MOST_DEPOSITS = 1000;
/** Kept for payouts that came back: their proofs take ranges of custody's sent events. */
const SPARE_RANGES = 4;

/** Accounts that wait to be registered, oldest first. */
export const waitingAccounts = async (context: BridgeContext): Promise<readonly string[]> => {
  const jobs = await context.queues.registration.getJobs(["waiting", "active", "delayed"], 0, 1000, true);
  return jobs
    .map((job) => job.data.account)
    .filter((account) => registeredIndex(context, account) === undefined)
    .slice(0, MAX_REGISTRATIONS);
};

/** The first payments that fit one answer of a Diem node: few ranges of numbers, and not too many. */
const fitRanges = (payments: readonly CustodyPayment[], key: Uint8Array, most: number): readonly CustodyPayment[] => {
  const chosen = payments.slice(0, most);
  const ranges = rangesOf(
    key,
    chosen.map(({ number }) => number),
  );
  const end = ranges[MAX_RANGES - SPARE_RANGES - 1]?.to;
  return end === undefined ? chosen : chosen.filter(({ number }) => number < end);
};

export interface Proposed {
  readonly proposal: Proposal;
  readonly due: BatchDue;
}

/**
 * What the next batch should hold; undefined when nothing waits.
 * @param blocked payments that no batch takes for now, by number
 */
export const propose = async (
  context: BridgeContext,
  view: BridgeView,
  inForce: InForce,
  blocked: ReadonlyMap<string, number>,
): Promise<Proposed | undefined> => {
  const { config, issuer, payments, suspects } = context;
  const sight = payments.custody();
  if (sight === undefined) return undefined;
  const now = Date.now();
  const open = payments.open().filter(({ number }) => (blocked.get(number.toString()) ?? 0) <= now);
  const { ledger, decisions } = inForce.history;
  const due = batchDue(config, view, inForce);
  const chosen = chooseTogether(open, await suspects.all(), view.issuer?.nonce ?? 0);
  const most = Math.min(MOST_DEPOSITS, due.full);
  const deposits = fitRanges(chosen, sight.account.receivedEvents.key, most);
  const registrations = (await waitingAccounts(context)).map((account) => fromHex(account, 32));
  if (deposits.length + registrations.length === 0) return undefined;
  const bridge = { config, issuer, ledger, decisions, profile: config.parachain.profile };
  const { history, anchor } = inForce;
  return { proposal: { bridge, history, anchor, custody: sight.account, payments: deposits, registrations }, due };
};
