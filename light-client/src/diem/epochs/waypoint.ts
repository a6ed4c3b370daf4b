/**
 * A version, and a hash of what matters about its ledger info. Source: diem/diem
 * types/src/waypoint.rs.
 */
import { equal, fromHex, toHex } from "../../bytes.js";
import { type Decoded, option, struct, u64 } from "../../codec/bcs.js";
import { DecodeError } from "../../error.js";
import { HASH_LENGTH, hashValue } from "../hash-value.js";
import { hashOf } from "../hashing.js";
import { epochState } from "./epoch-state.js";
import type { BlockInfo } from "./ledger-info.js";

export const waypoint = struct({ version: u64, value: hashValue });
export type Waypoint = Decoded<typeof waypoint>;

const converterHash = hashOf(
  "Ledger2WaypointConverter",
  struct({ epoch: u64, rootHash: hashValue, version: u64, timestampUsecs: u64, nextEpochState: option(epochState) }),
);

/**
 * Has those fields of a block that a waypoint commits to: not its round, its id, or the consensus
 * data.
 */
export type WaypointFields = Pick<
  BlockInfo,
  "epoch" | "executedStateId" | "version" | "timestampUsecs" | "nextEpochState"
>;

export const waypointOf = ({ commitInfo }: { readonly commitInfo: WaypointFields }): Waypoint => ({
  version: commitInfo.version,
  value: converterHash({
    epoch: commitInfo.epoch,
    rootHash: commitInfo.executedStateId,
    version: commitInfo.version,
    timestampUsecs: commitInfo.timestampUsecs,
    nextEpochState: commitInfo.nextEpochState,
  }),
});

export const equalWaypoints = (a: Waypoint, b: Waypoint): boolean => a.version === b.version && equal(a.value, b.value);

const TEXT = /^(0|[1-9][0-9]{0,19}):([0-9a-fA-F]{64})$/;
const MAX_VERSION = (1n << 64n) - 1n;

/**
 * Reads `<version>:<64 hex digits>`, the version in decimal without leading zeros.
 * @throws DecodeError `decode/waypoint`
 */
export const parseWaypoint = (text: string): Waypoint => {
  const [, version, value] = TEXT.exec(text) ?? [];
  if (version === undefined || value === undefined || BigInt(version) > MAX_VERSION)
    throw new DecodeError("decode/waypoint", `expected <version>:<64 hex digits>, got "${text.slice(0, 100)}"`);
  return { version: BigInt(version), value: fromHex(value, HASH_LENGTH) };
};

export const formatWaypoint = ({ version, value }: Waypoint): string => `${version}:${toHex(value)}`;
