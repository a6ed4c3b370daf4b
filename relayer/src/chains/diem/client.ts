import type { ObservedLedger } from "../observed.js";
import type { Endpoints, RunOptions } from "../rpc/endpoints.js";
import { askAgain, type Bounds, requestOk } from "../rpc/http.js";
import { type Answer, type BatchAnswer, formatBatch, type JsonRpcCall, parseBatch } from "./json-rpc.js";
import { isBehind } from "./json-rpc-error.js";

/** One Diem node. */
export interface DiemNode {
  readonly url: string;
  /**
   * Asks at most `MAX_BATCH` calls, all answered at one version of the ledger. Where the node says
   * that it is behind what is asked for, the URL is asked again.
   * @throws RpcError of `requestOk` and `parseBatch`
   */
  readonly batch: <const C extends readonly JsonRpcCall<unknown>[]>(calls: C) => Promise<BatchAnswer<C>>;
  /** Takes every state proof that it shows, verified or refused. */
  readonly observed: (shown: Omit<ObservedLedger, "url">) => void;
}

/**
 * Several nodes of one Diem network.
 * What is asked and verified in `work` rests on one of them; the next is tried if it throws.
 */
export interface DiemClient {
  readonly run: <T>(work: (node: DiemNode) => Promise<T>, options?: RunOptions<T>) => Promise<T>;
  /** Each by itself, for asking them all. */
  readonly nodes: readonly DiemNode[];
  readonly endpoints: Endpoints;
}

type Observe = (shown: ObservedLedger) => void;

const isOfOneBehind = ({ answers }: { readonly answers: readonly Answer<unknown>[] }): boolean =>
  answers.some((answer) => !answer.ok && isBehind(answer.error));

/** @param observe told of what nodes show of their ledger */
export const createDiemClient = (
  endpoints: Endpoints,
  bounds: Bounds,
  observe: Observe = () => undefined,
): DiemClient => {
  const nodeAt = (url: string): DiemNode => ({
    url,
    batch: (calls) => {
      const body = formatBatch(calls);
      const ask = async (isAnew: boolean): Promise<BatchAnswer<typeof calls>> =>
        parseBatch(calls, await endpoints.ask(url, () => requestOk(url, bounds, body, { isAnew })));
      return askAgain(ask, isOfOneBehind);
    },
    observed: (shown) => observe({ url, ...shown }),
  });
  return {
    run: (work, options) => endpoints.run((url) => work(nodeAt(url)), options),
    nodes: endpoints.standings().map(({ url }) => nodeAt(url)),
    endpoints,
  };
};
