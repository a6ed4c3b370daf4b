/** All that keeps the relayer from its work, at once. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { PausedQueue } from "../jobs/paused-queues.js";
import type { WriteWatch } from "../jobs/write-watch.js";
import type { ProvableCalls } from "../simulate/provable-calls.js";
import type { ReservesKeeper } from "../simulate/prove-reserves.js";
import type { RedisState } from "../stores/redis-watch.js";
import { describeTerm, presentTerm } from "../sync/checkpoints/checkpoint-term.js";
import type { Holding } from "../sync/enclave/holding.js";
import { type ChainPulses, chainObstacles } from "./chain-obstacles.js";
import { enclaveObstacles } from "./enclave-obstacles.js";
import { issuerNeeds } from "./issuer-needs.js";
import { blocking, joined, NO_OBSTACLES, type Obstacle, type Obstacles, warning } from "./obstacle.js";
import { redisObstacles } from "./redis-obstacles.js";
import { type StandstillParts, standstills } from "./standstill.js";
import { writeObstacles } from "./write-obstacles.js";

/** What a relayer at work is judged by. */
export interface ReadinessParts extends StandstillParts {
  readonly config: BridgeConfig;
  readonly pulses: ChainPulses;
  readonly writes: Pick<WriteWatch, "state">;
  readonly provableCalls: Pick<ProvableCalls, "fault">;
  readonly reserves: Pick<ReservesKeeper, "latest">;
  readonly poll: {
    /** How long ago both chains were last proven, ms; undefined before the first time. */
    readonly provenMs: () => number | undefined;
    readonly lastError: () => string | undefined;
  };
}

/** Finds all that is in the way, when it is asked. */
export type Readiness = () => Obstacles;

/** What is there from the start on, and what once the enclave has answered. */
export interface ReadinessSources {
  readonly redis: () => RedisState;
  readonly pausedQueues: () => readonly PausedQueue[];
  readonly holding: () => Holding;
  /** What nodes were found away before there is work. */
  readonly nodes: () => readonly Obstacle[];
  readonly work: () => ReadinessParts | undefined;
}

/** Says why the calls of the running runtime can't be proven, if they can't. */
export const callsObstacles = (fault: ReturnType<ProvableCalls["fault"]>): Obstacles => {
  return fault === undefined
    ? NO_OBSTACLES
    : blocking({
        code: "runtime/not-provable",
        text: `the calls of the parachain's runtime, spec version ${fault.specVersion}, can't be proven: ${fault.reason}`,
        todo: "see whether parachain.httpUrls are full nodes that serve metadata 15, and the runtime has CheckMetadataHash",
        waitingFor: `nodes that prove the runtime's calls (${fault.reason})`,
      });
};

const ofIssuer = ({ config, follower }: ReadinessParts): Obstacles => {
  const view = follower.view();
  if (view === undefined) return NO_OBSTACLES;
  const free = view.issuer?.free ?? 0n;
  const { least, why } = issuerNeeds(config, view.issuer);
  if (free >= least) return NO_OBSTACLES;
  return warning({
    code: "issuer/low",
    text: `the issuer has ${free} of the parachain's token, less than the ${least} of ${why}: nobody is registered`,
    todo: "fund the issuer's account (/api/v1/status names it) before batches can't pay their fees",
  });
};

const ofTerm = (parts: ReadinessParts): Obstacles => {
  const term = presentTerm(parts);
  return term?.state !== "soon"
    ? NO_OBSTACLES
    : warning({
        code: "checkpoint/soon",
        text: `the checkpoint ${describeTerm(term)}`,
        todo: "guardians sign one now: pdiem guardian --help",
      });
};

const ofReserves = ({ reserves }: ReadinessParts): Obstacles => {
  const short = reserves.latest()?.reserves.filter(({ isCovered }) => !isCovered) ?? [];
  return short.length === 0
    ? NO_OBSTACLES
    : blocking({
        code: "reserves/short",
        text: `custody doesn't cover what is owed: ${short.map(({ currency, surplus }) => `${currency} ${surplus}`).join(", ")}`,
        todo: "guardians freeze, then pdiem reserves on a machine and nodes of your own: docs/alarms.md",
      });
};

const STALE_MS = 60_000;
/** A single failure passes by the next poll. */
const FAILING_MS = 10_000;

const failureOf = ({ poll }: ReadinessParts): string | undefined =>
  (poll.provenMs() ?? Number.POSITIVE_INFINITY) > FAILING_MS ? poll.lastError() : undefined;

const ofPoll = (work: ReadinessParts): Obstacles => {
  const ms = work.poll.provenMs();
  if ((ms !== undefined && ms < STALE_MS) || failureOf(work) !== undefined) return NO_OBSTACLES;
  const since = ms === undefined ? "yet" : `for ${Math.round(ms / 1000)} s`;
  return blocking({
    code: "poll/stale",
    text: `both chains weren't proven together ${since}`,
    todo: "wait while it reads history after a start; else see what their nodes say",
    waitingFor: "a first proof of both chains",
  });
};

/**
 * Finds what is in the way of a relayer at work.
 * @param now by this machine's clock, ms since 1970
 */
export const workObstacles = (work: ReadinessParts, now: number): Obstacles =>
  joined(
    blocking(...standstills(work)),
    chainObstacles({
      pulses: work.pulses,
      diemTime: work.payments.custody()?.time,
      parachainTime: work.follower.view()?.time,
      lastError: failureOf(work),
      now,
    }),
    ofPoll(work),
    callsObstacles(work.provableCalls.fault()),
    writeObstacles(work.writes),
    ofReserves(work),
    ofTerm(work),
    ofIssuer(work),
  );

/** Until it works nothing is polled, so nothing else may be known to be in the way. */
const STARTING: Obstacle = {
  code: "relayer/starting",
  text: "the relayer hasn't begun its work yet",
  todo: "wait a moment",
  waitingFor: "the relayer to begin its work",
};

const beforeWork = (sources: ReadinessSources, around: Obstacles): Obstacles => {
  const found = joined(around, blocking(...sources.nodes()));
  return found.obstacles.length > 0 ? found : joined(found, blocking(STARTING));
};

/** Finds all obstacles. @param now by this machine's clock, ms since 1970 */
export const findObstacles = (sources: ReadinessSources, now: number = Date.now()): Obstacles => {
  const work = sources.work();
  const around = joined(enclaveObstacles(sources.holding()), redisObstacles(sources.redis(), sources.pausedQueues()));
  return work === undefined ? beforeWork(sources, around) : joined(workObstacles(work, now), around);
};

/** Says what all transfers wait for, if they do. */
export const obstruction = ({ obstacles }: Obstacles): string | undefined =>
  obstacles.find(({ waitingFor }) => waitingFor !== undefined)?.waitingFor;
