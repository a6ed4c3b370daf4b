import type { ObservedLedger } from "../observed.js";
import type { Endpoints } from "../rpc/endpoints.js";
import { type Bounds, requestOk } from "../rpc/http.js";
import { type BatchAnswer, formatBatch, type JsonRpcCall, parseBatch } from "./json-rpc.js";

/** One Diem node. */
export interface DiemNode {
  readonly url: string;
  /**
   * Asks at most `MAX_BATCH` calls, all answered at one version of the ledger.
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
  readonly run: <T>(work: (node: DiemNode) => Promise<T>, isFresh?: (value: T) => boolean) => Promise<T>;
  /** Each by itself, for asking them all. */
  readonly nodes: readonly DiemNode[];
  readonly endpoints: Endpoints;
}

type Observe = (shown: ObservedLedger) => void;

const nodeAt = (url: string, bounds: Bounds, observe: Observe): DiemNode => ({
  url,
  batch: async (calls) => parseBatch(calls, await requestOk(url, bounds, formatBatch(calls))),
  observed: (shown) => observe({ url, ...shown }),
});

/** @param observe told of what nodes show of their ledger */
export const createDiemClient = (
  endpoints: Endpoints,
  bounds: Bounds,
  observe: Observe = () => undefined,
): DiemClient => ({
  run: (work, isFresh) => endpoints.run((url) => work(nodeAt(url, bounds, observe)), isFresh),
  nodes: endpoints.health().map(({ url }) => nodeAt(url, bounds, observe)),
  endpoints,
});
