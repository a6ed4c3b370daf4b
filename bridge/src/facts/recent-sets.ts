/** Which sets a light client went through lately: what its own chain contains, as far as checkpoints may name it. */
import { equal } from "@pdiem/light-client/bytes";
import { type Codec, fixedBytes, option, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import type { PassedEpoch } from "@pdiem/light-client/diem/epochs/trusted-state";
import { isPdiemError } from "@pdiem/light-client/error";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import { slotTime } from "@pdiem/light-client/polkadot/finality/babe-slot";
import type { Header } from "@pdiem/light-client/polkadot/finality/header";
import { authoritySetHash, epochStateHash } from "./set-hash.js";

/** A set that was left. */
export interface LeftSet {
  readonly hash: Uint8Array;
  /** By its chain's clock, ms; undefined where its last block doesn't say, until a time has been proven since. */
  readonly leftAt: bigint | undefined;
}

export interface RecentSets {
  /** The newest time that either chain was proven to have, ms. */
  readonly time: bigint;
  /** Oldest first. */
  readonly diem: readonly LeftSet[];
  readonly relay: readonly LeftSet[];
}

/** How long a set is remembered, ms: stakes behind its keys are locked that long on Polkadot. */
export const MEMORY = 28n * 24n * 3_600_000n;

/** Of each chain, some for every hour of that time. Beyond that the oldest are forgotten early: nothing is believed by it. */
export const MAX_RECENT_SETS = 1_024;

export const NO_RECENT_SETS: RecentSets = { time: 0n, diem: [], relay: [] };

const leftSets: Codec<readonly LeftSet[]> = vector(
  struct<LeftSet>({ hash: fixedBytes(32), leftAt: option(u64) }),
  MAX_RECENT_SETS,
);

export const recentSets: Codec<RecentSets> = struct<RecentSets>({ time: u64, diem: leftSets, relay: leftSets });

/** Sets that were left, oldest first, as `advance` tells them. */
export interface LeftBehind {
  readonly diem: readonly PassedEpoch[];
  /** With the last block that each finalized. */
  readonly relay: readonly { readonly set: AuthoritySet; readonly last: { readonly header: Header } }[];
}

/** Times proven together with the sets passed, ms. */
export interface ProvenTimes {
  readonly diem?: bigint | undefined;
  readonly parachain?: bigint | undefined;
}

const latest = (...times: readonly (bigint | undefined)[]): bigint =>
  times.reduce<bigint>((newest, time) => (time !== undefined && time > newest ? time : newest), 0n);

const keepRecent = (sets: readonly LeftSet[], time: bigint): readonly LeftSet[] =>
  sets.filter(({ leftAt }) => leftAt === undefined || leftAt + MEMORY >= time).slice(-MAX_RECENT_SETS);

/** When a relay chain's block was made, by the slot that it claims; a chain's first block claims none. */
const madeAt = (header: Header): bigint | undefined => {
  try {
    return slotTime(header);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/**
 * The memory after a step of the light clients. Where a relay chain's block doesn't say when its set was left, it counts as
 * left at the next parachain time proven.
 */
export const remember = (before: RecentSets, passed: LeftBehind, proven: ProvenTimes): RecentSets => {
  const time = latest(before.time, proven.diem, proven.parachain);
  const diem = passed.diem.map(({ epochState, endedAt }) => ({
    hash: epochStateHash(epochState),
    leftAt: endedAt / 1000n,
  }));
  const relay = passed.relay.map(({ set, last }) => ({ hash: authoritySetHash(set), leftAt: madeAt(last.header) }));
  const dated = [...before.relay, ...relay].map(({ hash, leftAt }) => ({ hash, leftAt: leftAt ?? proven.parachain }));
  return { time, diem: keepRecent([...before.diem, ...diem], time), relay: keepRecent(dated, time) };
};

export const isAmong = (sets: readonly LeftSet[], hash: Uint8Array): boolean =>
  sets.some((one) => equal(one.hash, hash));
