import type { WriteState, WriteWatch } from "../jobs/write-watch.js";
import { blocking, joined, NO_OBSTACLES, type Obstacle, type Obstacles } from "./obstacle.js";

/** A reason that lasts so long is no race with another relayer any more. */
const REFUSED_MS = 15_000;
/** Finality takes half a minute, and a batch may wait for a block. */
const BATCH_MS = 90_000;
const PAYMENTS_MS = 60_000;

const inSeconds = ({ forMs }: WriteState): number => Math.round(forMs / 1000);

const ofState = (state: WriteState | undefined, longestMs: number, made: (state: WriteState) => Obstacle): Obstacles =>
  state !== undefined && state.forMs > (state.reason === undefined ? longestMs : REFUSED_MS)
    ? blocking(made(state))
    : NO_OBSTACLES;

const because = ({ reason }: WriteState): string => (reason === undefined ? "" : `: ${reason}`);

const batch = (state: WriteState): Obstacle => ({
  code: state.reason === undefined ? "batch/not-included" : "batch/not-taken",
  text: `batch ${state.name} has no effect on the parachain since ${inSeconds(state)} s${because(state)}`,
  todo: "see what the parachain's nodes say, and add others to parachain.urls: one that keeps what it takes to itself looks well",
  waitingFor: `a parachain node that has the batch included${because(state)}`,
});

const payments = (state: WriteState): Obstacle => ({
  code: state.reason === undefined ? "payments/not-executed" : "payments/not-taken",
  text: `custody's payments from release ${state.name} on have no effect on Diem since ${inSeconds(state)} s${because(state)}`,
  todo: "see what Diem's nodes say, and add others to diem.urls: one that keeps what it takes to itself looks well",
  waitingFor: `a Diem node that has the payment executed${because(state)}`,
});

/** Finds what was handed to the chains and doesn't take effect. */
export const writeObstacles = (writes: Pick<WriteWatch, "state">): Obstacles =>
  joined(ofState(writes.state("batch"), BATCH_MS, batch), ofState(writes.state("payments"), PAYMENTS_MS, payments));
