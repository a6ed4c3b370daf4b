/**
 * What guardians' decisions have made of the configuration. It follows from the configuration, the decisions and proven
 * time alone, so no store can lose it and no host turn it back.
 */
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import type { BridgeConfig, Guardians } from "../config/bridge-config.js";
import type { CurrencyConfig } from "../config/currency-config.js";
import type { Measurement } from "../config/measurement.js";
import type { Action } from "./decision.js";
import type { SettledDecision } from "./decision-chain.js";
import { isNoHigher, limitsOf, withLimits } from "./limits.js";
import type { Culprit } from "./misbehaviour.js";

/** Proven time, and worked time as ledgers count it, ms. */
export interface Clock {
  readonly time: bigint;
  readonly worked: bigint;
}

/** What can't be in force at once. */
type DelayableAction = Extract<Action, { type: "limits" | "profile" | "guardians" | "measurement" | "handover" }>;

/** In force from `at` on, by that clock. */
export interface Delayed {
  readonly number: bigint;
  readonly action: DelayableAction;
  readonly clock: keyof Clock;
  readonly at: bigint;
}

export interface InForce {
  readonly paused: boolean;
  /** In the order of the configuration, under the present limits. */
  readonly currencies: readonly CurrencyConfig[];
  readonly guardians: Guardians;
  /** Numbers of the decisions that made them guardians one after the other, from the configuration's on. */
  readonly succession: readonly bigint[];
  /** At most one a transaction version. */
  readonly profiles: readonly ChainProfile[];
  readonly measurements: readonly Measurement[];
  /** Transcripts of hand-overs for which the key may be released, oldest first, each once. */
  readonly handovers: readonly Uint8Array[];
  /** Oldest first. */
  readonly delayed: readonly Delayed[];
  /** Whose misbehaviour has paused the bridge, or may have: it does so once for each. */
  readonly misbehaved: readonly Culprit[];
}

export const inForceAtFirst = ({ currencies, guardians, parachain, measurements }: BridgeConfig): InForce => ({
  paused: false,
  currencies,
  guardians,
  succession: [],
  profiles: [parachain.profile],
  measurements,
  handovers: [],
  delayed: [],
  misbehaved: [],
});

export const isSameMeasurement = (a: Measurement, b: Measurement): boolean =>
  a.tee === b.tee && equal(a.value, b.value);

/** What a later decision about the same thing replaces. */
const subjectOf = ({ type, value }: DelayableAction): string => {
  switch (type) {
    case "limits":
      return `limits ${value.currency}`;
    case "profile":
      return `profile ${value.transactionVersion}`;
    case "guardians":
      return "guardians";
    case "measurement":
      return `measurement ${value.measurement.tee} ${toHex(value.measurement.value)}`;
    case "handover":
      return `handover ${toHex(value.transcript)}`;
  }
};

const enact = (inForce: InForce, number: bigint, { type, value }: DelayableAction): InForce => {
  switch (type) {
    case "limits":
      return {
        ...inForce,
        currencies: inForce.currencies.map((one) => (one.code === value.currency ? withLimits(one, value) : one)),
      };
    case "profile": {
      const others = inForce.profiles.filter((one) => one.transactionVersion !== value.transactionVersion);
      return { ...inForce, profiles: [...others, value] };
    }
    case "guardians":
      return { ...inForce, guardians: value, succession: [...inForce.succession, number] };
    case "measurement": {
      const { measurement, isAllowed } = value;
      const others = inForce.measurements.filter((one) => !isSameMeasurement(one, measurement));
      return { ...inForce, measurements: isAllowed ? [...others, measurement] : others };
    }
    case "handover": {
      const others = inForce.handovers.filter((one) => !equal(one, value.transcript));
      return { ...inForce, handovers: [...others, value.transcript] };
    }
  }
};

/** What has run its delay by then comes into force. */
export const passTime = (inForce: InForce, clock: Clock): InForce => {
  const isDue = ({ clock: by, at }: Delayed): boolean => clock[by] >= at;
  const due = inForce.delayed.filter(isDue);
  const rest = { ...inForce, delayed: inForce.delayed.filter((one) => !isDue(one)) };
  return due.reduce<InForce>((state, { number, action }) => enact(state, number, action), rest);
};

/**
 * Nothing but decisions is signed, and what is still delayed is cancelled. So are hand-overs in force: each is a permission
 * that waits to be used, and a pause is the one way to take it back.
 */
export const pause = (inForce: InForce): InForce => ({ ...inForce, paused: true, handovers: [], delayed: [] });

/** Whether a decision is in force as soon as it is taken up: what stops or slows down, and what ends that. */
export const isAtOnce = ({ currencies }: InForce, { type, value }: Action): boolean => {
  switch (type) {
    case "profile":
    case "guardians":
    case "measurement":
    case "handover":
      return false;
    case "limits": {
      const present = currencies.find(({ code }) => code === value.currency);
      return present !== undefined && isNoHigher(value, limitsOf(present));
    }
    default:
      return true;
  }
};

/** One decision taken up. @param delay the configuration's, ms */
export const takeUp = (
  inForce: InForce,
  { decision: { number, action }, time, worked }: SettledDecision,
  delay: bigint,
): InForce => {
  switch (action.type) {
    case "pause":
      return pause(inForce);
    case "resume":
      return { ...inForce, paused: false };
    case "thaw":
      return inForce;
    case "misbehaviour":
      return { ...pause(inForce), misbehaved: [...inForce.misbehaved, ...action.value.culprits] };
    default: {
      const subject = subjectOf(action);
      const delayed = inForce.delayed.filter((one) => subjectOf(one.action) !== subject);
      if (isAtOnce(inForce, action)) return enact({ ...inForce, delayed }, number, action);
      const clock = action.type === "profile" ? "time" : "worked";
      const at = (clock === "time" ? time : worked) + delay;
      return { ...inForce, delayed: [...delayed, { number, action, clock, at }] };
    }
  }
};

/** What a batch's thaw does before its decisions: it counts as a pause, unless one of them resumes. */
export const startBatch = (inForce: InForce, thawed: boolean, actions: readonly Action[]): InForce =>
  thawed && !actions.some(({ type }) => type === "resume") ? pause(inForce) : inForce;

interface SettledBatch extends Omit<SettledDecision, "decision"> {
  readonly decisions: SettledDecision[];
}

/** Batches one after the other have different times. */
const batchesOf = (decisions: readonly SettledDecision[]): readonly SettledBatch[] => {
  const batches: SettledBatch[] = [];
  for (const settled of decisions) {
    const last = batches.at(-1);
    if (last?.time === settled.time) last.decisions.push(settled);
    else batches.push({ ...settled, decisions: [settled] });
  }
  return batches;
};

/** What was in force when a batch of decisions came, and what it has made of that. */
export interface Turn {
  readonly before: InForce;
  readonly after: InForce;
  /** Of the batch. */
  readonly clock: Clock;
}

/** What each batch has changed, oldest first. @param decisions as for `deriveInForce` */
export const turnsOf = (config: BridgeConfig, decisions: readonly SettledDecision[]): readonly Turn[] => {
  let state = inForceAtFirst(config);
  return batchesOf(decisions).map((batch) => {
    const before = passTime(state, batch);
    const actions = batch.decisions.map(({ decision }) => decision.action);
    state = startBatch(before, batch.thawed, actions);
    for (const settled of batch.decisions) state = takeUp(state, settled, config.decisionDelay);
    return { before, after: state, clock: { time: batch.time, worked: batch.worked } };
  });
};

/**
 * @param decisions all that the ledger in force stands for, as `checkDecisions` has found them
 * @param now of the block that is being acted upon
 */
export const deriveInForce = (config: BridgeConfig, decisions: readonly SettledDecision[], now: Clock): InForce =>
  passTime(turnsOf(config, decisions).at(-1)?.after ?? inForceAtFirst(config), now);
