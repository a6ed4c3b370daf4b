/**
 * Names of traces and of their first spans. They follow from the bridge and the transfer, as jobs'
 * ids do. So relayers that share nothing tell of one trace, and none ends with a restart.
 */
import { createHash } from "node:crypto";

/** Hex, as W3C's Trace Context has them. */
export interface TraceIds {
  /** 16 bytes. */
  readonly traceId: string;
  /** 8 bytes. */
  readonly spanId: string;
}

/** @param bridgeId 32 bytes @param transfer its id */
export const traceIdsOf = (bridgeId: Uint8Array, transfer: string): TraceIds => {
  const digest = createHash("sha256").update("pdiem/trace/v1").update(bridgeId).update(transfer).digest("hex");
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
};

/** Writes the header `traceparent` of one whose spans are kept. */
export const traceparent = ({ traceId, spanId }: TraceIds): string => `00-${traceId}-${spanId}-01`;
