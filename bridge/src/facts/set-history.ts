/**
 * Remembers which sets a light client has left lately. It is its own chain, so far back that
 * checkpoints may name it (PROTOCOL 6).
 */
import { equal } from "@pdiem/light-client/bytes";
import { type Decoded, fixedBytes, option, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import type { PassedEpoch } from "@pdiem/light-client/diem/epochs/trusted-state";
import { isPdiemError } from "@pdiem/light-client/error";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import { slotTime } from "@pdiem/light-client/polkadot/finality/babe-slot";
import type { Header } from "@pdiem/light-client/polkadot/finality/header";
import { authoritySetHash, epochStateHash } from "./set-hash.js";

/** How many sets of each chain are remembered: some for every hour of `MEMORY`. */
export const MAX_PAST_SETS = 1_024;

/** How long a set is remembered, ms: stakes behind its keys are locked that long on Polkadot. */
export const MEMORY = 28n * 24n * 3_600_000n;

const pastSet = struct({
  /** `epochStateHash` or `authoritySetHash`. */
  hash: fixedBytes(32),
  /**
   * By its chain's clock, ms; undefined until a time is proven, where its last block doesn't say.
   */
  leftAt: option(u64),
});
export type PastSet = Decoded<typeof pastSet>;

export const setHistory = struct({
  /** The newest time that either chain was proven to have, ms. */
  time: u64,
  /** The oldest first. */
  diem: vector(pastSet, MAX_PAST_SETS),
  relay: vector(pastSet, MAX_PAST_SETS),
});
export type SetHistory = Decoded<typeof setHistory>;

export const EMPTY_SET_HISTORY: SetHistory = { time: 0n, diem: [], relay: [] };

/**
 * Sets that were left, the oldest first; of each authority set with the last block that it
 * finalized.
 */
export interface LeftSets {
  readonly diem: readonly PassedEpoch[];
  readonly relay: readonly { readonly set: AuthoritySet; readonly last: { readonly header: Header } }[];
}

/** Times proven together with the sets passed, ms. */
export interface ProvenTimes {
  readonly diem?: bigint | undefined;
  readonly parachain?: bigint | undefined;
}

const latest = (...times: readonly (bigint | undefined)[]): bigint =>
  times.reduce<bigint>((newest, time) => (time !== undefined && time > newest ? time : newest), 0n);

const keepRecent = (sets: readonly PastSet[], time: bigint): readonly PastSet[] =>
  sets.filter(({ leftAt }) => leftAt === undefined || leftAt + MEMORY >= time).slice(-MAX_PAST_SETS);

/**
 * Reads when a relay chain's block was made, by the slot that it claims; a chain's first block
 * claims none.
 */
const madeAt = (header: Header): bigint | undefined => {
  try {
    return slotTime(header);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const pastEpoch = ({ epochState, endedAt }: PassedEpoch): PastSet => ({
  hash: epochStateHash(epochState),
  leftAt: endedAt / 1000n,
});

/** Adds the sets that a step of the light clients has left behind, and forgets the oldest. */
export const remember = (before: SetHistory, passed: LeftSets, proven: ProvenTimes): SetHistory => {
  const time = latest(before.time, proven.diem, proven.parachain);
  const relay = passed.relay.map(({ set, last }) => ({ hash: authoritySetHash(set), leftAt: madeAt(last.header) }));
  const dated = [...before.relay, ...relay].map(({ hash, leftAt }) => ({ hash, leftAt: leftAt ?? proven.parachain }));
  const diem = [...before.diem, ...passed.diem.map(pastEpoch)];
  return { time, diem: keepRecent(diem, time), relay: keepRecent(dated, time) };
};

/** Tells whether a set of that hash is among them. */
export const isAmong = (sets: readonly PastSet[], hash: Uint8Array): boolean =>
  sets.some((one) => equal(one.hash, hash));
