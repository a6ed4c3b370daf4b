import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { describeTerm, presentTerm } from "../sync/checkpoints/checkpoint-term.js";
import { owedIn } from "../sync/bridge/owed.js";
import { settlementId } from "../jobs/jobs.js";
import { GENESIS } from "../jobs/settlement-processor.js";
import type { Running } from "../running.js";
import { within } from "../within.js";
import { describeMisbehaviourView, viewMisbehaviour } from "./misbehaviour.js";
import { standstill } from "./standstill.js";

/** A look older than this means that something is stuck. */
const STALE_MS = 60_000;
const REDIS_MS = 2_000;

interface Check {
  readonly ok: boolean;
  readonly detail: string;
}

const redis = async ({ queues, isRedisThere }: Running): Promise<Check> => {
  if (!isRedisThere()) return { ok: false, detail: "not connected" };
  const answer = queues.deposit.getJobCounts("active").then(
    () => ({ ok: true, detail: "answers" }),
    (error: unknown) => ({ ok: false, detail: String(error) }),
  );
  return within(REDIS_MS, answer, { ok: false, detail: `no answer within ${REDIS_MS} ms` });
};

const look = (running: Running): Check => {
  const watch = running.work()?.watch;
  if (watch === undefined) return { ok: false, detail: `waiting for ${running.waitingFor() ?? "the enclave"}` };
  const at = watch.lookedAt();
  const error = watch.lastError();
  const ok = at !== undefined && Date.now() - at < STALE_MS;
  const seconds = at === undefined ? undefined : Math.round((Date.now() - at) / 1000);
  const when = seconds === undefined ? "both chains not looked at yet" : `both chains proven ${seconds} s ago`;
  return { ok, detail: error === undefined ? when : `${when}; now: ${error}` };
};

const genesisProgress = z.object({ waitingFor: z.string() });

/** Why the first batch wasn't signed when it was last asked for. */
const genesisWaitsFor = async ({ queues, isRedisThere }: Running): Promise<string | undefined> => {
  if (!isRedisThere()) return undefined;
  const job = await within(
    REDIS_MS,
    queues.settlement.getJob(settlementId(GENESIS, 0)).catch(() => undefined),
    undefined,
  );
  return genesisProgress.safeParse(job?.progress).data?.waitingFor;
};

const ledger = async (running: Running): Promise<Check> => {
  const view = running.work()?.context.follower.view();
  if (view?.current !== undefined) return { ok: true, detail: `in force at parachain block ${view.block.number}` };
  const reason = await genesisWaitsFor(running);
  return { ok: false, detail: `no ledger is in force${reason === undefined ? "" : `: ${reason}`}` };
};

const connection = (running: Running): Check => {
  const state = running.work()?.context.connection.state();
  if (state === undefined) return { ok: false, detail: "not opened yet" };
  return { ok: state.connected, detail: `${state.url} ${state.connected ? "connected" : "not connected"}` };
};

const reserves = (running: Running): Check => {
  const proven = running.work()?.context.reserves.latest();
  if (proven === undefined) return { ok: true, detail: "not proven yet" };
  const told = proven.reserves.map(({ currency, surplus }) => `${currency} ${surplus}`).join(", ");
  const seconds = Math.round((Date.now() - proven.at) / 1000);
  const detail = `above all that is owed: ${told} in smallest units, proven ${seconds} s ago`;
  return { ok: proven.reserves.every(({ isCovered }) => isCovered), detail };
};

const checkpoint = (running: Running): Check => {
  const context = running.work()?.context;
  const term = context === undefined ? undefined : presentTerm(context);
  if (term === undefined) return { ok: true, detail: "not asked for yet" };
  return { ok: term.state !== "lapsed", detail: describeTerm(term) };
};

const payouts = (running: Running): Check => {
  const context = running.work()?.context;
  const history = context?.follower.view()?.current?.history;
  if (context === undefined || history === undefined) return { ok: true, detail: "nothing known to be owed" };
  const unpaid = context.payouts.unpaid(history);
  const sums = context.config.currencies.map(({ code }) => `${code} ${owedIn(history, unpaid, code)}`);
  return { ok: true, detail: `releases owed on Diem: ${unpaid.length}, ${sums.join(", ")} in smallest units` };
};

/** Guardians know of it; who is on call has to see why nothing moves. */
const guardians = (running: Running): Check => {
  const context = running.work()?.context;
  const wait = context === undefined ? undefined : standstill(context);
  return { ok: true, detail: wait === undefined ? "nothing waits for them" : `everything waits for ${wait}` };
};

/** The bridge pauses by itself then, and the relayer goes on working. */
const misbehaviour = (running: Running): Check => {
  const guard = running.work()?.guard;
  const found = guard === undefined ? [] : describeMisbehaviourView(viewMisbehaviour(guard));
  return { ok: true, detail: found.join("; ") || "none seen" };
};

/** `/healthz`: the process answers. `/readyz`: it can do its work, or else what is missing. */
export const healthRoutes = (app: FastifyInstance, running: Running): void => {
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", async (_, reply) => {
    const checks = {
      redis: await redis(running),
      look: look(running),
      ledger: await ledger(running),
      parachain: connection(running),
      payouts: payouts(running),
      reserves: reserves(running),
      guardians: guardians(running),
      misbehaviour: misbehaviour(running),
      checkpoint: checkpoint(running),
    };
    const ready = Object.values(checks).every(({ ok }) => ok);
    return reply.status(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready", checks });
  });
};
