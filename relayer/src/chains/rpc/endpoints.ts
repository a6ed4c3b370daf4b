import { endpointName, withoutSecrets } from "@pdiem/bridge-client/endpoint-name";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { monotonicNow } from "../../clock.js";
import { BusyError, RpcError } from "../../error.js";
import type { NodeStanding } from "./node-fault.js";
import { faultOf, isResting, left, mustWaitMs, SOUND, type Standing } from "./standing.js";

/** How one endpoint has done lately. `score` goes from 0 (all failed) to 1 (all answered well). */
export interface EndpointHealth {
  readonly url: string;
  readonly score: number;
  /** Time of a good answer, ms, as a moving average; `undefined` before the first. */
  readonly latencyMs: number | undefined;
  readonly failuresInARow: number;
  readonly lastError: string | undefined;
}

export interface RunOptions<T> {
  /**
   * False for an answer that is right but old. Another endpoint is asked, and only if none has a
   * newer one this one is taken.
   */
  readonly isFresh?: ((value: T) => boolean) | undefined;
  /**
   * Says that an attempt changes nothing here. Nodes that were left, and have rested, are then
   * tried with it beside the one that is asked. So nothing waits for them.
   */
  readonly isHarmless?: boolean;
}

/** Several nodes of one chain, none of them trusted. */
export interface Endpoints {
  /**
   * Runs `attempt` on the healthiest endpoint, then on the others, until one succeeds. Whatever is
   * fetched should be verified inside `attempt`. So a node which lies is passed over like one that
   * is down. A node that answers like one that is behind is asked again: several may be behind one
   * URL. One that asks to be left alone isn't asked before then. Where all do, the first of them is
   * waited for if that isn't long. An error with `retry: "later"` isn't the node's fault and ends
   * the search, as does anything but a PdiemError.
   * @throws the last endpoint's error. It is never with `retry: "never"`, as what nodes say now
   * settles nothing for ever. BusyError where all want to be left alone.
   */
  readonly run: <T>(attempt: (url: string) => Promise<T>, options?: RunOptions<T>) => Promise<T>;
  /**
   * Sends one request, unless the node has asked to be left alone. One that can't be sent is noted,
   * whoever asked.
   * @throws BusyError without asking; whatever `send` throws
   */
  readonly ask: <T>(url: string, send: () => Promise<T>) => Promise<T>;
  readonly health: () => readonly EndpointHealth[];
  readonly standings: () => readonly NodeStanding[];
}

interface State {
  readonly url: string;
  score: number;
  latencyMs: number | undefined;
  standing: Standing;
  isTried: boolean;
  /** What `ask` has noted last: `run` doesn't note it twice. */
  noted: unknown;
}

const WEIGHT = 0.2;
/** The least score of one that does well when tried again: the operator's order decides then. */
const SCORE_AGAIN = 0.75;
/** How often a URL is tried whose answers are old: another node behind it may answer next. */
const OLD_AGAIN = 3;
const LONGEST_PAUSE_MS = 10_000;
/** Timers may end a little early. */
const TIMER_SLACK_MS = 5;
const BEHIND = new Set(["rpc/behind", "rpc/missing", "rpc/withheld"]);

const succeed = (state: State, latencyMs: number): void => {
  state.score += WEIGHT * (1 - state.score);
  state.latencyMs =
    state.latencyMs === undefined ? latencyMs : state.latencyMs + WEIGHT * (latencyMs - state.latencyMs);
  if (state.standing.type === "left") state.score = Math.max(SCORE_AGAIN, state.score);
  state.standing = SOUND;
};

const fail = (state: State, now: number, error: PdiemError): void => {
  state.score -= WEIGHT * state.score;
  if (error !== state.noted) state.standing = left(state.standing, faultOf(error), now);
};

/**
 * Orders the endpoints by score, in halves so that the operator's order decides among equals. Those
 * that were left come last, and those that still rest behind them.
 */
const inOrder = (states: readonly State[], now: number): readonly State[] => {
  const rank = ({ standing, score }: State): number => {
    if (standing.type === "sound") return Math.round(2 * score) / 2;
    return isResting(standing, now) ? -2 : -1;
  };
  return [...states].sort((a, b) => rank(b) - rank(a));
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const busy = (url: string, waitMs: number): BusyError =>
  new BusyError(
    `expected ${endpointName(url)} to take requests, it asks to be left alone for ${Math.ceil(waitMs / 1000)} s`,
    waitMs,
  );

/** @param now milliseconds, for tests */
export const createEndpoints = (urls: readonly string[], now: () => number = monotonicNow): Endpoints => {
  const states = urls.map<State>((url) => ({
    url,
    score: 1,
    latencyMs: undefined,
    standing: SOUND,
    isTried: false,
    noted: undefined,
  }));

  type Outcome<T> = { readonly fresh: T } | { readonly old: T } | { readonly error: PdiemError };

  /** @throws what ends the search */
  const tryOnce = async <T>(
    { url }: State,
    attempt: (url: string) => Promise<T>,
    isFresh: (value: T) => boolean,
  ): Promise<Outcome<T>> => {
    try {
      const value = await attempt(url);
      return isFresh(value) ? { fresh: value } : { old: value };
    } catch (error) {
      if (!isPdiemError(error) || error.retry === "later") throw error;
      return { error };
    }
  };

  const tryState = async <T>(
    state: State,
    attempt: (url: string) => Promise<T>,
    isFresh: (value: T) => boolean,
  ): Promise<Outcome<T>> => {
    const start = now();
    let outcome = await tryOnce(state, attempt, isFresh);
    for (let times = 1; times < OLD_AGAIN; times++) {
      const isOld = "old" in outcome || ("error" in outcome && BEHIND.has(outcome.error.code));
      if (!isOld) break;
      const again = await tryOnce(state, attempt, isFresh);
      if (!("error" in again && "old" in outcome)) outcome = again;
    }
    if ("fresh" in outcome) succeed(state, now() - start);
    else if ("error" in outcome) fail(state, now(), outcome.error);
    else
      fail(
        state,
        now(),
        new RpcError("rpc/stale", `expected ${endpointName(state.url)} to have new blocks, its chain stands still`),
      );
    return outcome;
  };

  const tryLeft = <T>(attempt: (url: string) => Promise<T>, isFresh: (value: T) => boolean): void => {
    if (!states.some(({ standing }) => standing.type === "sound")) return;
    for (const state of states) {
      if (state.standing.type === "sound" || isResting(state.standing, now()) || state.isTried) continue;
      state.isTried = true;
      // Whatever ends a search, such as facts that aren't there yet, says nothing of the node.
      tryState(state, attempt, isFresh)
        .catch(() => undefined)
        .finally(() => {
          state.isTried = false;
        });
    }
  };

  const search = async <T>(attempt: (url: string) => Promise<T>, isFresh: (value: T) => boolean): Promise<T> => {
    let old: { readonly value: T } | undefined;
    let last: PdiemError = new RpcError("rpc/no-endpoint", "expected at least one endpoint");
    for (const state of inOrder(states, now())) {
      const wait = mustWaitMs(state.standing, now());
      if (wait > 0) {
        last = busy(state.url, wait);
        continue;
      }
      const outcome = await tryState(state, attempt, isFresh);
      if ("fresh" in outcome) return outcome.fresh;
      if ("old" in outcome) old ??= { value: outcome.old };
      else last = outcome.error;
    }
    if (old !== undefined) return old.value;
    throw last;
  };

  return {
    run: async (attempt, { isFresh = () => true, isHarmless = false } = {}) => {
      if (isHarmless) tryLeft(attempt, isFresh);
      try {
        return await search(attempt, isFresh);
      } catch (error) {
        if (!isPdiemError(error) || error.retry === "later") throw error;
        const waits = states.map(({ standing }) => mustWaitMs(standing, now()));
        const shortest = Math.min(...waits);
        if (shortest > 0 && shortest <= LONGEST_PAUSE_MS) {
          await pause(shortest + TIMER_SLACK_MS);
          return search(attempt, isFresh);
        }
        throw error.retry === "never" ? new RpcError(error.code, error.message, "backoff", { cause: error }) : error;
      }
    },
    ask: async (url, send) => {
      const state = states.find((one) => one.url === url);
      if (state === undefined) return send();
      const wait = mustWaitMs(state.standing, now());
      if (wait > 0) {
        const error = busy(url, wait);
        state.noted = error;
        throw error;
      }
      try {
        return await send();
      } catch (error) {
        if (isPdiemError(error)) state.standing = left(state.standing, faultOf(error), now());
        state.noted = error;
        throw error;
      }
    },
    health: () =>
      states.map(({ url, score, latencyMs, standing }) => ({
        url,
        score,
        latencyMs,
        failuresInARow: standing.type === "left" ? standing.times : 0,
        lastError: standing.type === "left" ? withoutSecrets(standing.fault.reason, url) : undefined,
      })),
    standings: () => states.map(({ url, standing }) => ({ url, standing })),
  };
};
