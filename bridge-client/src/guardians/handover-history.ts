/**
 * Who may have been given the key, by what guardians have decided. A release leaves no trace on either chain: from when its
 * decision is in force on, the key may have left, and nothing takes it back.
 */
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { SettledDecision } from "@pdiem/bridge/governance/decision-chain";
import { dateOf } from "./describe-decision.js";
import { type Clock, type Delayed, type InForce, passTime, turnsOf } from "@pdiem/bridge/governance/in-force";
import { MAX_WORKED_STEP } from "@pdiem/bridge/ledger/active-time";

export interface DecidedHandover {
  /** Hash of the transcript, 32 bytes. */
  readonly transcript: Uint8Array;
  /** Numbers of the decisions about it, oldest first. */
  readonly decisions: readonly bigint[];
  /** Proven time at which the first of them was taken up, ms. */
  readonly decidedAt: bigint;
  /**
   * `open`: the key may be released, or has been; `closed`: it could be, until a pause. Else nobody was given it. What the bridge
   * has worked is told by its batches, to an hour at most: in the last hour of its delay a hand-over counts as open.
   */
  readonly state: "delayed" | "open" | "closed" | "cancelled";
  /** Proven time of the last pause that closed it, ms. */
  readonly closedAt: bigint | undefined;
}

const delayedIn = ({ delayed }: InForce, transcript: Uint8Array): Delayed | undefined =>
  delayed.find(({ action }) => action.type === "handover" && equal(action.value.transcript, transcript));

const isOpenIn = (inForce: InForce, { worked }: Clock, transcript: Uint8Array): boolean => {
  const { at } = delayedIn(inForce, transcript) ?? {};
  return (
    inForce.handovers.some((one) => equal(one, transcript)) || (at !== undefined && at <= worked + MAX_WORKED_STEP)
  );
};

/** Every hand-over that was ever decided, oldest first. @param decisions as for `deriveInForce` */
export const decidedHandovers = (
  config: BridgeConfig,
  decisions: readonly SettledDecision[],
  now: Clock,
): readonly DecidedHandover[] => {
  const turns = turnsOf(config, decisions);
  const last = turns.at(-1);
  const inForce = last === undefined ? undefined : passTime(last.after, now);
  const decided = decisions.flatMap(({ decision: { number, action }, time }) =>
    action.type === "handover" ? [{ number, time, transcript: action.value.transcript }] : [],
  );
  const firsts = decided.filter(
    ({ transcript }, i) => decided.findIndex((one) => equal(one.transcript, transcript)) === i,
  );
  return firsts.map(({ transcript, time }) => {
    const closed = turns.findLast(
      ({ before, after, clock }) => isOpenIn(before, clock, transcript) && !isOpenIn(after, clock, transcript),
    );
    const isOpen = inForce !== undefined && isOpenIn(inForce, now, transcript);
    const isDelayed = inForce !== undefined && delayedIn(inForce, transcript) !== undefined;
    return {
      transcript,
      decisions: decided.flatMap((one) => (equal(one.transcript, transcript) ? [one.number] : [])),
      decidedAt: time,
      state: isOpen ? "open" : closed !== undefined ? "closed" : isDelayed ? "delayed" : "cancelled",
      closedAt: closed?.clock.time,
    };
  });
};

const standing = ({ state, closedAt }: DecidedHandover): string => {
  switch (state) {
    case "delayed":
      return "its delay isn't over: nobody has the key by it yet";
    case "open":
      return "IN FORCE: the enclave that it names may hold the key by now";
    case "closed":
      return `was in force until ${dateOf(closedAt ?? 0n)}: the enclave that it names MAY HOLD THE KEY`;
    case "cancelled":
      return "taken back before it was in force: nobody has the key by it";
  }
};

/** Whether the key may have been given to the receiver: nothing takes it back then. */
export const mayHaveLeft = ({ state }: DecidedHandover): boolean => state === "open" || state === "closed";

export const describeHandover = (handover: DecidedHandover): string => {
  const { transcript, decisions, decidedAt } = handover;
  return `Hand-over 0x${toHex(transcript)}, decision ${decisions.join(", ")} of ${dateOf(decidedAt)}: ${standing(handover)}`;
};

const beforeGenesis = ({ secondHolder }: BridgeConfig): string =>
  secondHolder
    ? "Before genesis, the enclave that made the key; at least one more, of the configuration's measurements, to which it gave it."
    : "Before genesis, the enclave that made the key; others of the configuration's measurements, had guardians signed for it.";

/** Lines that say who may hold the key by now. `pdiem handover show` tells which enclave a file's transcript names. */
export const describeHolders = (config: BridgeConfig, handovers: readonly DecidedHandover[]): readonly string[] => [
  beforeGenesis(config),
  ...handovers.map(describeHandover),
];
