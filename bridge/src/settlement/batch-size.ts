/**
 * What a batch takes of a block (PROTOCOL 3, 'Economy'): an upper bound under every runtime's
 * encoding.
 */
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { BatchLimits } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";

/** Signature, address, extensions and lengths around the calls of a signed extrinsic, bytes. */
const ENVELOPE = 256;
/** Pallet's and call's index, and an asset's id, compact or not. */
const HEAD = 2 + 5;
const ACCOUNT = 33;
const AMOUNT = 17;

const callBytes = (call: Call): number => {
  switch (call.type) {
    case "remark":
      return HEAD + call.remark.length;
    case "batchAll":
      return HEAD + call.calls.reduce((sum, inner) => sum + callBytes(inner), 0);
    case "mint":
    case "burn":
    case "transferKeepAlive":
    case "approveTransfer":
      return HEAD + ACCOUNT + AMOUNT;
    case "cancelApproval":
    case "thaw":
      return HEAD + ACCOUNT;
    case "setTeam":
      return HEAD + 3 * ACCOUNT;
    case "freezeAsset":
    case "thawAsset":
      return HEAD;
  }
};

/** Bounds a batch of these calls within one `batch_all`. */
export const batchSize = (calls: readonly Call[]): BatchLimits => ({
  calls: calls.length,
  bytes: calls.reduce((sum, call) => sum + callBytes(call), ENVELOPE),
});

/** Tells whether a batch has at least half of the size allowed. */
export const isHalfFull = (limits: BatchLimits, calls: readonly Call[]): boolean => {
  const size = batchSize(calls);
  return 2 * size.calls >= limits.calls || 2 * size.bytes >= limits.bytes;
};

/**
 * Checks that a batch isn't larger than allowed.
 * @param divisor what part of the limits it may have: the n-th
 * @throws RefusedError `refused/batch-too-large`
 */
export const checkBatchSize = (limits: BatchLimits, calls: readonly Call[], divisor = 1): void => {
  const size = batchSize(calls);
  const most = { calls: Math.floor(limits.calls / divisor), bytes: Math.floor(limits.bytes / divisor) };
  if (size.calls > most.calls || size.bytes > most.bytes)
    throw new RefusedError(
      "refused/batch-too-large",
      `expected at most ${most.calls} calls and ${most.bytes} bytes now, got ${size.calls} and ${size.bytes}: ask for less`,
    );
};
