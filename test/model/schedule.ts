/**
 * Random schedules: what users, strangers, relayers, guardians and an adversary do, one after the
 * other.
 */
import { createRandom, type Random, weighted } from "./choose.js";
import {
  decideHostilely,
  forgeCheckpoint,
  payAny,
  requestHostilely,
  requestPaymentsHostilely,
  showAny,
  submitAnyBatch,
} from "./events/adversary.js";
import { fork } from "./events/forks.js";
import { checkpoint, guard } from "./events/guardians.js";
import { failBatch, payOutHonestly, payOutUnluckily, settleForHours, settleHonestly } from "./events/relayers.js";
import {
  changeHolders,
  changePayees,
  elect,
  freeze,
  steal,
  tick,
  tickOne,
  upgrade,
  waitFortnight,
} from "./events/surroundings.js";
import { flood, moveAway, payCustody, runOnBridge, sendBack, sprinkleDust, withdraw } from "./events/users.js";
import { finish } from "./finish.js";
import { checkJournal } from "./journal.js";
import { checkReserves } from "./oracle/books.js";
import { startRun } from "./prologue.js";
import { inForce, last, pass, type Run } from "./run.js";

const EVENTS = {
  payCustody,
  sendBack,
  flood,
  withdraw,
  runOnBridge,
  sprinkleDust,
  moveAway,
  tick,
  tickOne,
  changePayees,
  changeHolders,
  freeze,
  elect,
  waitFortnight,
  upgrade,
  steal,
  guard,
  checkpoint,
  settleHonestly,
  settleForHours,
  failBatch,
  payOutHonestly,
  payOutUnluckily,
  requestHostilely,
  submitAnyBatch,
  requestPaymentsHostilely,
  payAny,
  decideHostilely,
  showAny,
  forgeCheckpoint,
  fork,
} satisfies Readonly<Record<string, (run: Run) => void>>;

type EventName = keyof typeof EVENTS;
type Weights = Readonly<Record<EventName, number>>;

const USUAL: Weights = {
  payCustody: 14,
  sendBack: 4,
  flood: 0,
  withdraw: 12,
  runOnBridge: 0,
  sprinkleDust: 1,
  moveAway: 1,
  tick: 5,
  tickOne: 3,
  changePayees: 4,
  changeHolders: 3,
  freeze: 0,
  elect: 0,
  waitFortnight: 0,
  upgrade: 0,
  steal: 0,
  guard: 0,
  checkpoint: 0,
  settleHonestly: 18,
  settleForHours: 0,
  failBatch: 0,
  payOutHonestly: 7,
  payOutUnluckily: 2,
  requestHostilely: 10,
  submitAnyBatch: 7,
  requestPaymentsHostilely: 5,
  payAny: 7,
  decideHostilely: 0,
  showAny: 0,
  forgeCheckpoint: 0,
  fork: 0,
};

/** What schedules dwell on: each kind of trouble comes more often, the others hardly. */
const THEMES = {
  transfers: {},
  returns: { sendBack: 22, payOutHonestly: 16, withdraw: 16, changePayees: 4, changeHolders: 4, moveAway: 8 },
  aborts: { changePayees: 6, withdraw: 18, payOutUnluckily: 18, requestHostilely: 18 },
  windows: { runOnBridge: 8, payOutUnluckily: 14, payCustody: 20, tick: 2, tickOne: 1 },
  governance: {
    guard: 20,
    decideHostilely: 8,
    freeze: 6,
    settleForHours: 9,
    checkpoint: 5,
    payCustody: 8,
    withdraw: 6,
  },
  forks: { elect: 8, waitFortnight: 5, checkpoint: 10, showAny: 5, forgeCheckpoint: 4, fork: 16, guard: 2, upgrade: 2 },
  failures: { failBatch: 25, settleHonestly: 25, requestHostilely: 3 },
  flood: { flood: 3, requestPaymentsHostilely: 10 },
  theft: { steal: 4, payOutHonestly: 14 },
} satisfies Readonly<Record<string, Partial<Weights>>>;

export type Theme = keyof typeof THEMES;

export const isTheme = (name: string): name is Theme => Object.hasOwn(THEMES, name);

const ODDS: Readonly<Record<Theme, number>> = {
  transfers: 6,
  returns: 4,
  aborts: 4,
  windows: 3,
  governance: 6,
  forks: 6,
  failures: 2,
  flood: 1,
  theft: 1,
};

const MIN_EVENTS = 20;
const MORE_EVENTS = 30;

const live = (run: Run, weights: Weights): void => {
  const { random } = run;
  const count = MIN_EVENTS + random.below(MORE_EVENTS);
  for (let i = 0; i < count; i++) {
    run.now += 2_000n;
    const name = weighted(random, weights);
    EVENTS[name](run);
  }
};

/**
 * Lives through one schedule. It checks after each step that nothing has gone wrong, and at its end
 * that all ends.
 * @param theme what it dwells on; chosen at random if undefined
 * @returns how often what came about
 * @throws Violation
 */
export const runSchedule = (seed: number, index: number, theme?: Theme): ReadonlyMap<string, number> => {
  const random: Random = createRandom(seed, index);
  const chosen = theme ?? weighted(random, ODDS);
  const run = startRun(random);
  live(run, { ...USUAL, ...THEMES[chosen] });
  if (run.stolen !== undefined) return run.counts;
  finish(run);
  pass(run, 12_000n);
  checkReserves(inForce(run), last(run.diem), last(run.parachain));
  checkJournal(run);
  return run.counts;
};
