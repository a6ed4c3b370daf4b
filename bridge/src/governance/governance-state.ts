/**
 * All that guardians have decided, folded (PROTOCOL 6). The ledger holds its hash, requests carry
 * it.
 */
import { utf8 } from "@pdiem/light-client/bytes";
import { bool, type Decoded, encode, fixedBytes, option, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { type BridgeConfig, MAX_MEASUREMENTS } from "../config/bridge-config.js";
import { guardians } from "../config/guardians.js";
import { measurement } from "../config/measurement.js";
import { platforms } from "../holders/platforms.js";
import { action } from "./action.js";
import { limits, limitsOf } from "./limits.js";

export const MAX_HANDOVERS = 16;
export const MAX_DELAYED = 32;

/** An action whose delay runs, in active time, ms. */
export const delayedAction = struct({ action, from: u64, due: u64 });
export type DelayedAction = Decoded<typeof delayedAction>;

export const governanceState = struct({
  /** How many decisions were taken. */
  count: u64,
  guardians,
  limits,
  paused: bool,
  amnesty: bool,
  /** Delayed ones count towards the 64, too. */
  measurements: vector(measurement, MAX_MEASUREMENTS),
  /** Hand-overs in force by `handoverName`, the oldest first. */
  handovers: vector(fixedBytes(32), MAX_HANDOVERS),
  /** Machines that decisions have given each slot's share to. */
  platforms,
  /** The newest set of each chain whose misbehaviour counted: epoch, and GRANDPA set id. */
  misbehaved: struct({ diem: option(u64), relay: option(u64) }),
  /** In the order in which they were decided. */
  delayed: vector(delayedAction, MAX_DELAYED),
});
export type GovernanceState = Decoded<typeof governanceState>;

const TAG = utf8("pdiem/governance/v2");

/**
 * Computes the 32 bytes by which a ledger names a governance state: blake2b-256 of a tag and its
 * BCS.
 */
export const governanceHash = (state: GovernanceState): Uint8Array => blake2b256(TAG, encode(governanceState, state));

/** Makes the state of a bridge of which nothing has been decided yet. */
export const initialGovernance = (config: BridgeConfig): GovernanceState => ({
  count: 0n,
  guardians: config.guardians,
  limits: limitsOf(config),
  paused: false,
  amnesty: false,
  measurements: config.measurements,
  handovers: [],
  platforms: (config.holders?.slots ?? []).map(() => []),
  misbehaved: { diem: undefined, relay: undefined },
  delayed: [],
});
