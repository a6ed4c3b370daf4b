/** Whether both chains go on, and are proven as new as they should be. */
import type { ChainPulse, PulseState } from "../sync/chain-pulse.js";
import { blocking, joined, NO_OBSTACLES, type Obstacle, type Obstacles, warning } from "./obstacle.js";

export interface ChainPulses {
  readonly diem: Pick<ChainPulse, "state">;
  readonly parachain: Pick<ChainPulse, "state">;
}

interface Chain {
  readonly code: string;
  readonly name: string;
  /** What it makes, such as "final blocks". */
  readonly makes: string;
  readonly pulse: PulseState | undefined;
  /** Its own time as last proven, ms since 1970. */
  readonly time: bigint | undefined;
}

export interface ChainSight {
  readonly pulses: ChainPulses;
  readonly diemTime: bigint | undefined;
  readonly parachainTime: bigint | undefined;
  /** Why the last poll failed; undefined where it didn't. */
  readonly lastError: string | undefined;
  /** By this machine's clock, ms since 1970. */
  readonly now: number;
}

/** A chain that makes nothing new for longer has stopped, or its nodes have. */
export const STILL_MS = 40_000;
/** A chain that was asked with success within this is looked at, whatever else fails. */
const ASKED_MS = 30_000;
export const OLD_MS = 120_000;
const AHEAD_MS = 60_000;

const seconds = (ms: number): number => Math.round(ms / 1000);

const stopped = ({ code, name, makes }: Chain, { stillMs, height }: PulseState): Obstacle => ({
  code: `${code}/halted`,
  text: `${name} has made nothing new for ${seconds(stillMs)} s: its nodes show ${height} as the newest`,
  todo: `compare with other nodes: either ${name} has halted, and everything waits, or these nodes stand still`,
  waitingFor: `${name} to go on: it makes no ${makes} since ${seconds(stillMs)} s`,
});

const old = ({ code, name, makes }: Chain, ageMs: number): Obstacle => ({
  code: `${code}/old`,
  text: `the newest of ${name} that is proven is ${seconds(ageMs)} s old by this machine's clock`,
  todo: `see whether ${name}'s nodes lag, or this machine's clock is wrong`,
  waitingFor: `newer ${makes} of ${name}: the newest proven is ${seconds(ageMs)} s old`,
});

const ahead = ({ code, name }: Chain, ageMs: number): Obstacle => ({
  code: `${code}/ahead`,
  text: `${name}'s time is ${seconds(-ageMs)} s ahead of this machine's clock`,
  todo: "set this machine's clock: ages and waiting times shown are wrong by as much",
});

const ofChain = (chain: Chain, now: number): Obstacles => {
  const { pulse, time } = chain;
  const isLookedAt = pulse !== undefined && pulse.askedMs < ASKED_MS;
  if (isLookedAt && pulse.stillMs > STILL_MS) return blocking(stopped(chain, pulse));
  if (time === undefined) return NO_OBSTACLES;
  const ageMs = now - Number(time);
  if (ageMs > OLD_MS) return blocking(old(chain, ageMs));
  return ageMs < -AHEAD_MS ? warning(ahead(chain, ageMs)) : NO_OBSTACLES;
};

/** Finds what is amiss with the chains as they were last proven. */
export const chainObstacles = ({ pulses, diemTime, parachainTime, lastError, now }: ChainSight): Obstacles => {
  const diem: Chain = {
    code: "diem",
    name: "Diem",
    makes: "blocks",
    pulse: pulses.diem.state(),
    time: diemTime,
  };
  const parachain: Chain = {
    code: "parachain",
    name: "the parachain",
    makes: "final blocks",
    pulse: pulses.parachain.state(),
    time: parachainTime,
  };
  const failing: Obstacles =
    lastError === undefined
      ? NO_OBSTACLES
      : blocking({
          code: "poll/failing",
          text: `the chains can't be proven now: ${lastError}`,
          todo: "see what their nodes say: /api/v1/status has each node with its last error",
          waitingFor: `nodes that prove both chains: ${lastError}`,
        });
  return joined(failing, ofChain(diem, now), ofChain(parachain, now));
};
