/**
 * What operators have done to many transfers at once: a page at a time, so that live work goes on.
 * Each is idempotent. None of it signs or pays: jobs do, by what the chains then say.
 */
import type { Logger } from "pino";
import type { Deferrals } from "../../stores/deferrals.js";
import type { FinishedIndex, Retention } from "../../stores/finished/finished-index.js";
import type { Follower } from "../../sync/bridge/follower.js";
import type { PayoutWatch } from "../../sync/transfers/payout-watch.js";
import { depositNumber } from "../../sync/transfers/transfer-id.js";
import type { WithdrawalAccounts } from "../../sync/transfers/withdrawal-accounts.js";
import type { WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";
import type { WithdrawalWatch } from "../../sync/transfers/withdrawal-watch.js";
import type { Tracing } from "../../tracing/tracing.js";
import { finishedName } from "../finished/finished-name.js";
import { payoutId, type Queues, wakeJob } from "../jobs.js";
import type { Bisection } from "../settlement/bisection.js";
import { nextSettlement } from "../settlement/settlement-processor.js";
import type { SettlementMemory } from "../settlement/sign-settlement.js";
import { type Placed, placeJob } from "./place-job.js";
import { type FactParts, readFacts, type TransferFacts } from "./transfer-facts.js";
import { namedTransfer, walkTransfers } from "./transfer-walk.js";

/**
 * `clear` gives what is due and in no queue its job. `replay` makes jobs anew, and forgets what was
 * held against their transfers. `rebuild` gives what has ended its history again, too.
 */
export type Upkeep = "clear" | "replay" | "rebuild";

export interface UpkeepParts extends FactParts {
  readonly follower: Pick<Follower, "view">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "all" | "get" | "nextId" | "ofRelease" | "placeOf">;
  readonly finished: Pick<FinishedIndex, "missing">;
  readonly retention: Retention;
  readonly withdrawalAccounts: Pick<WithdrawalAccounts, "all" | "get">;
  readonly withdrawals: Pick<WithdrawalWatch, "holdings" | "look">;
  readonly payouts: Pick<PayoutWatch, "get" | "unpaid">;
  readonly queues: Queues;
  readonly leftOut: Pick<Deferrals<string>, "forget">;
  readonly bisection: Pick<Bisection, "forget">;
  readonly memory: SettlementMemory;
  readonly pollSoon: () => void;
  readonly tracing: Pick<Tracing, "jobOptions">;
  readonly log: Pick<Logger, "info">;
}

/** Transfers that are named, or all from a place on. */
export type Chosen = { readonly names: readonly string[] } | { readonly from: number };

export interface UpkeepOptions {
  readonly isDryRun: boolean;
  readonly by: string;
}

export interface UpkeepPage {
  /** Transfers with what became of their jobs, those left alone not among them. */
  readonly done: readonly { readonly id: string; readonly outcome: Placed | "unknown" }[];
  /** How many were looked at. */
  readonly looked: number;
  /** Where the next page begins; undefined on the last. */
  readonly next?: number;
  /** How many there are in all. */
  readonly total: number;
}

const PAGE = 60;
/** What is passed over by what is known already costs next to nothing. */
const MOST_PASSED = 20_000;

/** The name by which batches leave a transfer out. */
const itemOf = (id: string): string => depositNumber(id)?.toString() ?? id;

const hasEnded = ({ depositEnds, withdrawalEnds, payouts }: UpkeepParts, id: string): boolean => {
  const number = depositNumber(id);
  if (number !== undefined) return depositEnds.get(number) !== undefined;
  const burned = withdrawalEnds.get(id);
  if (burned === undefined) return false;
  return burned.type === "given-back" || payouts.get(BigInt(burned.release)) !== undefined;
};

interface Picked {
  readonly ids: readonly string[];
  readonly unknown: readonly string[];
  readonly looked: number;
  readonly next?: number;
  readonly total: number;
}

const pickNamed = (parts: UpkeepParts, names: readonly string[]): Picked => {
  const found = names.map((name) => ({ name, id: namedTransfer(parts, name) }));
  return {
    ids: [...new Set(found.flatMap(({ id }) => id ?? []))],
    unknown: found.flatMap(({ name, id }) => (id === undefined ? [name] : [])),
    looked: names.length,
    total: names.length,
  };
};

/** Redis keeps so many that have ended: older ones would push newer ones out. */
const isKept = ({ retention }: UpkeepParts, total: number, place: number): boolean => total - place <= retention.keep;

const ACCOUNTS = 128;

/**
 * Proves what some withdrawal accounts hold: by itself that comes to each in turn, which takes long
 * where there are many.
 */
const lookAtAccounts = async (parts: UpkeepParts, from: number): Promise<UpkeepPage> => {
  const { follower, withdrawals, withdrawalAccounts } = parts;
  const all = withdrawalAccounts.all();
  const some = all.slice(from, from + ACCOUNTS);
  const head = follower.view()?.head;
  if (head !== undefined) await withdrawals.look(head, some);
  const next = from + some.length;
  return { done: [], looked: some.length, next, total: all.length + walkTransfers(parts).length };
};

/** @param before places that aren't transfers */
const pickFrom = (parts: UpkeepParts, verb: Upkeep, before: number, at: number): Picked => {
  const walk = walkTransfers(parts);
  const from = Math.max(0, at - before);
  const ids: string[] = [];
  let place = from;
  const end = Math.min(walk.length, from + MOST_PASSED);
  for (; place < end && ids.length < PAGE; place++) {
    const id = walk.idAt(place);
    const isWanted =
      verb === "clear" ? !hasEnded(parts, id) : isKept(parts, walk.length, place) || !hasEnded(parts, id);
    if (isWanted) ids.push(id);
  }
  const next = place < walk.length ? { next: before + place } : {};
  return { ids, unknown: [], looked: place - from, total: before + walk.length, ...next };
};

const forget = async ({ leftOut, bisection, memory }: UpkeepParts, ids: readonly string[]): Promise<void> => {
  for (const id of ids) leftOut.forget(itemOf(id));
  await bisection.forget(ids.map(itemOf));
  delete memory.idle;
};

/** Has batches and payments looked at now, by what the chains say then. */
const wakeAll = async ({ follower, payouts, queues, pollSoon }: UpkeepParts): Promise<void> => {
  const view = follower.view();
  if (view === undefined) return;
  await wakeJob(queues.settlement, nextSettlement(view).id);
  const [next] = view.current === undefined ? [] : payouts.unpaid(view.current.history);
  if (next !== undefined) await wakeJob(queues.payout, payoutId(next));
  pollSoon();
};

/** Tells of some transfers whether the index of finished ones keeps them. */
const recordedAmong = async (
  { finished, withdrawalEnds }: UpkeepParts,
  facts: readonly TransferFacts[],
): Promise<(id: string) => boolean> => {
  const names = new Map(facts.map(({ id }) => [id, finishedName(withdrawalEnds, id)]));
  const missing = new Set(await finished.missing([...names.values()].filter((name) => name !== undefined)));
  return (id) => {
    const name = names.get(id);
    return name !== undefined && !missing.has(name);
  };
};

/** Tells whether a verb does anything about it. */
const isConcerned = (verb: Upkeep, { isEnded }: TransferFacts): boolean => verb !== "clear" || !isEnded;

/**
 * Does it to a page of transfers.
 * @throws PdiemError `relayer/starting`, and of nodes that can't be asked: asked again, it goes on
 */
export const upkeepPage = async (
  parts: UpkeepParts,
  verb: Upkeep,
  chosen: Chosen,
  { isDryRun, by }: UpkeepOptions,
): Promise<UpkeepPage> => {
  const { queues, tracing, log, withdrawalAccounts } = parts;
  const accounts = verb === "clear" ? withdrawalAccounts.all().length : 0;
  if ("from" in chosen && chosen.from < accounts) return lookAtAccounts(parts, chosen.from);
  const picked = "names" in chosen ? pickNamed(parts, chosen.names) : pickFrom(parts, verb, accounts, chosen.from);
  const facts = await readFacts(parts, picked.ids);
  const known = new Set(facts.map(({ id }) => id));
  const isRecorded = await recordedAmong(parts, facts);
  const done: { id: string; outcome: Placed | "unknown" }[] = [
    ...picked.unknown,
    ...picked.ids.filter((id) => !known.has(id)),
  ].map((id) => ({ id, outcome: "unknown" }));
  if (verb === "replay" && !isDryRun) await forget(parts, [...known]);
  for (const one of facts.filter((fact) => isConcerned(verb, fact))) {
    const outcome = await placeJob(queues[one.queue], one, verb === "replay", isDryRun, isRecorded(one.id), tracing);
    if (outcome !== "there") done.push({ id: one.id, outcome });
    if (outcome === "made" && !isDryRun) log.info({ transfer: one.id, by, verb }, "job made by command");
  }
  if (!isDryRun && done.some(({ outcome }) => outcome === "made")) await wakeAll(parts);
  const { looked, total, next } = picked;
  return { done, looked, total, ...(next === undefined ? {} : { next }) };
};
