import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { RpcError } from "../../error.js";

/** How one endpoint has done lately. `score` goes from 0 (all failed) to 1 (all answered well). */
export interface EndpointHealth {
  readonly url: string;
  readonly score: number;
  /** Time of a good answer, ms, as a moving average; `undefined` before the first. */
  readonly latencyMs: number | undefined;
  readonly failuresInARow: number;
  readonly lastError: string | undefined;
}

/** Several nodes of one chain, none of them trusted. */
export interface Endpoints {
  /**
   * Runs `attempt` on the healthiest endpoint, then on the others, until one succeeds. Whatever is
   * fetched should be verified inside `attempt`. So a node which lies is passed over like one that
   * is down. An error with `retry: "later"` isn't the node's fault and ends the search, as does
   * anything but a PdiemError.
   * @param isFresh false for an answer that is right but old. Another endpoint is asked, and only
   * if none has a newer one this one is taken.
   * @throws the last endpoint's error; never with `retry: "never"`, as what nodes say now settles
   * nothing for ever
   */
  readonly run: <T>(attempt: (url: string) => Promise<T>, isFresh?: (value: T) => boolean) => Promise<T>;
  readonly health: () => readonly EndpointHealth[];
}

interface State {
  readonly url: string;
  score: number;
  latencyMs: number | undefined;
  failuresInARow: number;
  restUntil: number;
  lastError: string | undefined;
}

const WEIGHT = 0.2;
const REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;

const succeed = (state: State, latencyMs: number): void => {
  state.score += WEIGHT * (1 - state.score);
  state.latencyMs =
    state.latencyMs === undefined ? latencyMs : state.latencyMs + WEIGHT * (latencyMs - state.latencyMs);
  state.failuresInARow = 0;
  state.restUntil = 0;
  state.lastError = undefined;
};

const fail = (state: State, now: number, error: Error): void => {
  state.score -= WEIGHT * state.score;
  state.failuresInARow += 1;
  state.restUntil = now + Math.min(LONGEST_REST_MS, REST_MS * 2 ** (state.failuresInARow - 1));
  state.lastError = error.message.slice(0, 300);
};

/**
 * Orders the endpoints by score, in tenths so that the operator's order decides among equals. Those
 * that rest after a failure come last.
 */
const inOrder = (states: readonly State[], now: number): readonly State[] => {
  const rank = (state: State): number => (state.restUntil > now ? -1 : 0) + Math.round(10 * state.score) / 10;
  return [...states].sort((a, b) => rank(b) - rank(a));
};

/** @param now milliseconds, for tests */
export const createEndpoints = (urls: readonly string[], now: () => number = Date.now): Endpoints => {
  const states = urls.map<State>((url) => ({
    url,
    score: 1,
    latencyMs: undefined,
    failuresInARow: 0,
    restUntil: 0,
    lastError: undefined,
  }));
  return {
    run: async <T>(attempt: (url: string) => Promise<T>, isFresh: (value: T) => boolean = () => true) => {
      let old: { readonly value: T } | undefined;
      let last: PdiemError = new RpcError("rpc/no-endpoint", "expected at least one endpoint");
      for (const state of inOrder(states, now())) {
        const start = now();
        try {
          const value = await attempt(state.url);
          if (isFresh(value)) {
            succeed(state, now() - start);
            return value;
          }
          old ??= { value };
          fail(state, now(), new RpcError("rpc/stale", "its chain stands still"));
        } catch (error) {
          if (!isPdiemError(error) || error.retry === "later") throw error;
          fail(state, now(), error);
          last = error;
        }
      }
      if (old !== undefined) return old.value;
      throw last.retry === "never" ? new RpcError(last.code, last.message, "backoff", { cause: last }) : last;
    },
    health: () => states.map(({ restUntil: _, ...health }) => ({ ...health })),
  };
};
