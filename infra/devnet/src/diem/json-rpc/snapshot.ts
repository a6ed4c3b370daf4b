/**
 * The ledger as one batch of requests sees it: at one ledger info, whatever is executed meanwhile.
 */
import type { LedgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import type { DiemChain } from "../diem-chain.js";
import type { LedgerStore } from "../state/ledger-store.js";
import { invalidParam, invalidRequest } from "./rpc-error.js";

export interface Snapshot {
  readonly chain: DiemChain;
  readonly store: LedgerStore;
  readonly latest: LedgerInfoWithSignatures;
  /** The ledger info's. */
  readonly version: number;
  readonly timestampUsecs: bigint;
}

export const MAX_PAGE = 1000;

export const takeSnapshot = (chain: DiemChain): Snapshot => {
  const latest = chain.latest();
  const { version, timestampUsecs } = latest.ledgerInfo.commitInfo;
  return { chain, store: chain.store, latest, version: Number(version), timestampUsecs };
};

/**
 * Picks the version asked for, or the ledger's.
 * @throws RpcError -32602 for one that isn't there yet
 */
export const knownVersion = (snapshot: Snapshot, name: string, version: bigint | undefined): number => {
  if (version === undefined) return snapshot.version;
  if (version > BigInt(snapshot.version))
    throw invalidParam(`${name} should be <= known latest version ${snapshot.version}`);
  return Number(version);
};

/** @throws RpcError -32600 for more than a page */
export const pageSize = (limit: bigint): number => {
  if (limit > BigInt(MAX_PAGE)) throw invalidRequest(`page size = ${limit}, exceed limit ${MAX_PAGE}`);
  return Number(limit);
};

/** Lists the `limit` numbers from `start` on that are below `end`. */
export const page = (start: bigint, limit: number, end: number): readonly number[] => {
  if (start >= BigInt(end)) return [];
  const first = Number(start);
  return Array.from({ length: Math.min(limit, end - first) }, (_, i) => first + i);
};
