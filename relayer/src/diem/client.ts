import type { Endpoints } from "../rpc/endpoints.js";
import { type Bounds, requestOk } from "../rpc/http.js";
import { type BatchAnswer, type Call, formatBatch, parseBatch } from "./json-rpc.js";

/** One Diem node. */
export interface DiemNode {
  /** At most `MAX_BATCH` calls, all answered at one version of the ledger. @throws as `requestOk` and `parseBatch` */
  readonly batch: <const C extends readonly Call<unknown>[]>(calls: C) => Promise<BatchAnswer<C>>;
}

/** Several nodes of one Diem network: what is asked and verified in `work` rests on one of them, the next is tried if it throws. */
export interface DiemClient {
  readonly run: <T>(work: (node: DiemNode) => Promise<T>, isFresh?: (value: T) => boolean) => Promise<T>;
  readonly endpoints: Endpoints;
}

const nodeAt = (url: string, bounds: Bounds): DiemNode => ({
  batch: async (calls) => parseBatch(calls, await requestOk(url, bounds, formatBatch(calls))),
});

export const createDiemClient = (endpoints: Endpoints, bounds: Bounds): DiemClient => ({
  run: (work, isFresh) => endpoints.run((url) => work(nodeAt(url, bounds)), isFresh),
  endpoints,
});
