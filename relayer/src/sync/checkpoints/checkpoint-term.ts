/**
 * How long the bridge may go on signing before guardians have to have signed another checkpoint.
 */

import { termEnd } from "@pdiem/bridge/checkpoint/check-checkpoint";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { BridgeView } from "../bridge/bridge-view.js";
import type { CustodySight } from "../transfers/payment-watch.js";
import type { CheckpointWatch } from "./checkpoint-watch.js";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Guardians in several time zones need about so long. */
const SOON_MS = 3 * DAY_MS;

export interface CheckpointTerm {
  /** ms since 1970, by the chains' clocks. */
  readonly lapsesAt: bigint;
  /** ms; negative once it has lapsed. */
  readonly remaining: number;
  readonly state: "running" | "soon" | "lapsed";
}

/** What it follows from; times are the newest proven, ms, undefined before the first. */
export interface TermSources {
  readonly config: BridgeConfig;
  readonly kept: CheckpointWatch["kept"];
  readonly parachainTime: () => bigint | undefined;
  readonly diemTime: () => bigint | undefined;
}

/**
 * Computes the term; undefined until the enclave has said what it goes by, and the parachain what
 * time it is.
 */
export const checkpointTerm = ({ config, kept, parachainTime, diemTime }: TermSources): CheckpointTerm | undefined => {
  const checkpoint = kept();
  const parachain = parachainTime();
  if (checkpoint === undefined || parachain === undefined) return undefined;
  const diem = diemTime() ?? 0n;
  const lapsesAt = termEnd(config, checkpoint === "none" ? undefined : checkpoint.checkpoint);
  const remaining = Number(lapsesAt - (diem > parachain ? diem : parachain));
  return { lapsesAt, remaining, state: remaining < 0 ? "lapsed" : remaining < SOON_MS ? "soon" : "running" };
};

/** What a relayer at work goes by. */
export interface TermParts {
  readonly config: BridgeConfig;
  readonly checkpoints: Pick<CheckpointWatch, "kept">;
  readonly follower: { readonly view: () => Pick<BridgeView, "time"> | undefined };
  readonly payments: { readonly custody: () => Pick<CustodySight, "time"> | undefined };
}

/** Computes the bridge's own term, by what its relayer has seen last. */
export const presentTerm = ({ config, checkpoints, follower, payments }: TermParts): CheckpointTerm | undefined =>
  checkpointTerm({
    config,
    kept: checkpoints.kept,
    parachainTime: () => follower.view()?.time,
    diemTime: () => payments.custody()?.time,
  });

const inWords = (ms: number): string => {
  const [value, unit] =
    ms >= 2 * DAY_MS
      ? [ms / DAY_MS, "days"]
      : ms >= 2 * HOUR_MS
        ? [ms / HOUR_MS, "hours"]
        : [ms / MINUTE_MS, "minutes"];
  return `${Math.floor(value)} ${unit}`;
};

/** Describes it for people: "lapses in 9 days". */
export const describeTerm = ({ remaining, state }: Pick<CheckpointTerm, "remaining" | "state">): string => {
  if (state === "lapsed")
    return `lapsed ${inWords(-remaining)} ago: nothing is signed until guardians have signed a checkpoint`;
  const rest = `lapses in ${inWords(remaining)}`;
  return state === "soon" ? `${rest}: guardians have to sign another one before` : rest;
};
