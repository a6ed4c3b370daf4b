import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Heads } from "../chains/parachain/heads.js";
import type { NodeFault } from "../chains/rpc/node-fault.js";
import { monotonicNow } from "../clock.js";
import { type Queues, settlementId } from "../jobs/jobs.js";
import type { Poll } from "../jobs/poll/poll.js";
import { GENESIS } from "../jobs/settlement/ledger-order.js";
import { nodeCutOffs } from "../readiness/connection-obstacles.js";
import type { Obstacle } from "../readiness/obstacle.js";
import { type StandstillParts, standstill } from "../readiness/standstill.js";
import type { Running } from "../running.js";
import type { ReservesKeeper } from "../simulate/prove-reserves.js";
import { describeTerm, presentTerm } from "../sync/checkpoints/checkpoint-term.js";
import type { Clients } from "../sync/clients.js";
import { spareHolders } from "../sync/enclave/holding.js";
import { describeCatchUp } from "../sync/light-clients/catch-up.js";
import type { Guard } from "../sync/misbehaviour/guard.js";
import type { PayoutWatch } from "../sync/transfers/payout-watch.js";
import { spareText } from "../views/holders-text.js";
import { describeMisbehaviourView } from "../views/misbehaviour-view.js";
import { describeNodeFault } from "../views/node-faults-view.js";
import { type ObstacleView, type ReadinessView, readinessView } from "../views/readiness-view.js";
import { within } from "../within.js";
import { viewMisbehaviour } from "./misbehaviour.js";
import { waitingLeaves } from "./waiting.js";

/** What is checked of a relayer at work. */
export interface HealthParts extends StandstillParts {
  readonly poll: Pick<Poll, "provenMs" | "lastError">;
  readonly heads: Pick<Heads, "state">;
  readonly nodeFaults: () => readonly NodeFault[];
  readonly clients: Pick<Clients, "catchUp" | "diem" | "parachain" | "relay">;
  readonly reserves: Pick<ReservesKeeper, "latest">;
  readonly payouts: Pick<PayoutWatch, "unpaid">;
  readonly guard: Pick<Guard, "kept" | "equivocators" | "comparedAt">;
}

/** What is checked beside it, from the start on. */
export interface HealthSources extends Pick<Running, "isRedisThere" | "waitingFor" | "readiness" | "holding"> {
  readonly queues: Pick<Queues, "deposit" | "settlement">;
  readonly work: () => HealthParts | undefined;
}

/** A poll older than this means that something is stuck. */
const STALE_MS = 60_000;
const REDIS_MS = 2_000;

const aliveView = z.object({ status: z.literal("ok") });

interface Check {
  readonly ok: boolean;
  readonly detail: string;
}

const redis = async ({ queues, isRedisThere }: HealthSources): Promise<Check> => {
  if (!isRedisThere()) return { ok: false, detail: "not connected" };
  const answer = queues.deposit.getJobCounts("active").then(
    () => ({ ok: true, detail: "answers" }),
    (error: unknown) => ({ ok: false, detail: String(error) }),
  );
  return within(REDIS_MS, answer, { ok: false, detail: `no answer within ${REDIS_MS} ms` });
};

/** Tells how old what they prove is: chains that stand still answer, too. */
const agesOf = (work: HealthParts | undefined): string => {
  const [diem, parachain] = [work?.payments.custody()?.time, work?.follower.view()?.time];
  const age = (time: bigint): number => Math.round((Date.now() - Number(time)) / 1000);
  return diem === undefined || parachain === undefined
    ? ""
    : `: Diem's newest is ${age(diem)} s old, the parachain's ${age(parachain)} s`;
};

const poll = (sources: HealthSources): Check => {
  const work = sources.work();
  if (work === undefined) return { ok: false, detail: `waiting for ${sources.waitingFor() ?? "the enclave"}` };
  const ms = work.poll.provenMs();
  const error = work.poll.lastError();
  const when = ms === undefined ? "both chains not polled yet" : `both chains asked ${Math.round(ms / 1000)} s ago`;
  const behind = work.clients.catchUp.now().map(describeCatchUp);
  const now = [...behind, ...(error === undefined ? [] : [`now: ${error}`])];
  return { ok: ms !== undefined && ms < STALE_MS, detail: [`${when}${agesOf(work)}`, ...now].join("; ") };
};

const genesisProgress = z.object({ waitingFor: z.string() });

/** Finds why the first batch wasn't signed when it was last asked for. */
const genesisWaitsFor = async ({ queues, isRedisThere }: HealthSources): Promise<string | undefined> => {
  if (!isRedisThere()) return undefined;
  const job = await within(
    REDIS_MS,
    queues.settlement.getJob(settlementId(GENESIS, 0)).catch(() => undefined),
    undefined,
  );
  return genesisProgress.safeParse(job?.progress).data?.waitingFor;
};

const ledger = async (sources: HealthSources): Promise<Check> => {
  const view = sources.work()?.follower.view();
  if (view?.current !== undefined) return { ok: true, detail: `in force at parachain block ${view.block.number}` };
  const reason = await genesisWaitsFor(sources);
  return { ok: false, detail: `no ledger is in force${reason === undefined ? "" : `: ${reason}`}` };
};

const parachain = (work: HealthParts | undefined): Check => {
  const state = work?.heads.state();
  if (state === undefined) return { ok: false, detail: "not opened yet" };
  return {
    ok: state.connected,
    detail: `${endpointName(state.url)} ${state.connected ? "connected" : "not connected"}`,
  };
};

const nodes = (work: HealthParts | undefined): Check => {
  if (work === undefined) return { ok: true, detail: "not asked yet" };
  const faults = work.nodeFaults();
  const told = faults.map((fault) => describeNodeFault(fault, Date.now()));
  return { ok: nodeCutOffs(work).length === 0, detail: told.join("; ") || "none is left" };
};

const reserves = (work: HealthParts | undefined): Check => {
  const proven = work?.reserves.latest();
  if (proven === undefined) return { ok: true, detail: "not proven yet" };
  const told = proven.reserves.map(({ currency, surplus }) => `${currency} ${surplus}`).join(", ");
  const seconds = Math.round((monotonicNow() - proven.at) / 1000);
  const detail = `above all that is owed: ${told} in smallest units, proven ${seconds} s ago`;
  return { ok: proven.reserves.every(({ isCovered }) => isCovered), detail };
};

const checkpoint = (work: HealthParts | undefined): Check => {
  const term = work === undefined ? undefined : presentTerm(work);
  if (term === undefined) return { ok: true, detail: "not asked for yet" };
  return { ok: term.state !== "lapsed", detail: describeTerm(term) };
};

const payouts = (work: HealthParts | undefined): Check => {
  const history = work?.follower.view()?.current?.history;
  if (work === undefined || history === undefined) return { ok: true, detail: "nothing known to be owed" };
  const sums = work.config.currencies.map(({ code }, i) => `${code} ${history.ledger.currencies[i]?.owed ?? 0n}`);
  const unpaid = work.payouts.unpaid(history).length;
  return { ok: true, detail: `releases unpaid on Diem: ${unpaid}; owed: ${sums.join(", ")} in smallest units` };
};

const waiting = (work: HealthParts | undefined): Check => {
  const history = work?.follower.view()?.current?.history;
  const count = history === undefined ? 0 : waitingLeaves(history).length;
  return {
    ok: true,
    detail: count === 0 ? "nothing" : `${count} deposits and aborted releases: /api/v1/waiting says why`,
  };
};

/** Guardians know of it; who is on call has to see why nothing moves. */
const guardians = (work: HealthParts | undefined): Check => {
  const wait = work === undefined ? undefined : standstill(work);
  return { ok: true, detail: wait === undefined ? "nothing waits for them" : `everything waits for ${wait}` };
};

/** The bridge pauses by itself then, and the relayer goes on working. */
const misbehaviour = (work: HealthParts | undefined): Check => {
  const found = work === undefined ? [] : describeMisbehaviourView(viewMisbehaviour(work.guard));
  return { ok: true, detail: found.join("; ") || "none seen" };
};

/** Shows an obstacle to whoever asks. */
export const viewObstacle = ({ code, text, todo }: Obstacle): ObstacleView => ({ code, text, todo });

/** Before genesis it takes Redis to tell what that waits for. */
const withDetail = (obstacle: Obstacle, { detail }: Check): Obstacle =>
  obstacle.code === "ledger/none" ? { ...obstacle, text: detail } : obstacle;

/** Says how many more of those that hold the key may fail. */
const holders = ({ holding }: HealthSources): Check => {
  const found = holding();
  const spare = spareHolders(found);
  if (found.holders.length > 1)
    return { ok: spare >= 0, detail: spareText({ threshold: found.threshold, spare, slots: found.holders }) };
  return { ok: spare >= 0, detail: `one enclave holds the key, and ${spare < 0 ? "can't be worked with" : "answers"}` };
};

/**
 * Serves `/healthz`, which says that the process answers. `/readyz` says that it can do its work.
 * Else it lists all that is in the way, with codes and what to do.
 */
export const healthRoutes = (app: FastifyInstance, sources: HealthSources): void => {
  const words = { config: { access: "public", cost: "free" } } as const;
  app.get(
    "/healthz",
    {
      ...words,
      schema: { summary: "Says that the process answers", tags: ["operator"], response: { 200: aliveView } },
    },
    () => ({ status: "ok" }),
  );
  const told = {
    summary: "Says whether the relayer can do its work, and what is in the way",
    tags: ["operator"],
    response: { 200: readinessView, 503: readinessView },
  };
  app.get("/readyz", { ...words, schema: told }, async (_, reply) => {
    const work = sources.work();
    const checks = {
      redis: await redis(sources),
      poll: poll(sources),
      holders: holders(sources),
      ledger: await ledger(sources),
      parachain: parachain(work),
      nodes: nodes(work),
      payouts: payouts(work),
      waiting: waiting(work),
      reserves: reserves(work),
      guardians: guardians(work),
      misbehaviour: misbehaviour(work),
      checkpoint: checkpoint(work),
    };
    const found = sources.readiness();
    const isReady = found.obstacles.length === 0;
    const view: ReadinessView = {
      status: isReady ? "ready" : "not ready",
      obstacles: found.obstacles.map((one) => viewObstacle(withDetail(one, checks.ledger))),
      warnings: found.warnings.map(viewObstacle),
      checks,
    };
    return reply.status(isReady ? 200 : 503).send(view);
  });
};
