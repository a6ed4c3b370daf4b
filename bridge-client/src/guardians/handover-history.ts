/**
 * Who may have been given the key, by what guardians have decided. Giving it leaves no trace on
 * either chain. From when its decision is in force the key may have left, for good.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { foldDue } from "@pdiem/bridge/governance/fold-due";
import { type GovernanceState, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { handoverIn } from "@pdiem/bridge/handover/admission";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { History, TakenDecision } from "../journal/history.js";
import { dateOf } from "./describe-decision.js";

export interface DecidedHandover {
  /** Hash of the transcript, 32 bytes. */
  readonly transcript: Uint8Array;
  /** Whose share it gives; undefined for the whole key. */
  readonly slot: number | undefined;
  /** Places among all decisions of those about it, from 1, the oldest first. */
  readonly decisions: readonly number[];
  /** Proven time of the batch that took the first of them, ms. */
  readonly decidedAt: bigint;
  /**
   * `open`: the key may be given, or has been; `closed`: it could be, until a pause. Else nobody
   * was given it.
   */
  readonly state: "delayed" | "open" | "closed" | "cancelled";
  /** Proven time of the pause that closed it, ms. */
  readonly closedAt: bigint | undefined;
}

const isOpen = ({ handovers }: GovernanceState, name: Uint8Array): boolean => handovers.some((one) => equal(one, name));

const isDelayed = ({ delayed }: GovernanceState, name: Uint8Array): boolean =>
  delayed.some(({ action }) => equal(handoverIn(action) ?? new Uint8Array(), name));

/** A hand-over as a decision has it. */
type Named = Pick<DecidedHandover, "transcript" | "slot"> & { readonly name: Uint8Array };

const handoversOf = ({ decision }: TakenDecision): readonly Named[] =>
  decision.decision.actions.flatMap((action) => {
    const name = handoverIn(action);
    if (name === undefined || (action.type !== "handover" && action.type !== "share")) return [];
    const slot = action.type === "share" ? action.value.grant.slot : undefined;
    return [{ name, transcript: action.value.transcript, slot }];
  });

/** What was in force just before each decision, what it made of that, and when. */
interface Turn {
  readonly before: GovernanceState;
  readonly after: GovernanceState;
  readonly time: bigint;
}

const turnsOf = (config: BridgeConfig, decisions: readonly TakenDecision[]): readonly Turn[] =>
  decisions.map(({ state, ledger }, i) => ({
    before: foldDue(config, decisions[i - 1]?.state ?? initialGovernance(config), ledger.active),
    after: state,
    time: ledger.time,
  }));

const stateOf = (now: GovernanceState, name: Uint8Array, isClosed: boolean): DecidedHandover["state"] => {
  if (isOpen(now, name)) return "open";
  if (isClosed) return "closed";
  return isDelayed(now, name) ? "delayed" : "cancelled";
};

/** Lists every hand-over that was ever decided, the oldest first. */
export const decidedHandovers = (
  config: BridgeConfig,
  { decisions, governance, ledger }: Pick<History, "decisions" | "governance" | "ledger">,
): readonly DecidedHandover[] => {
  const turns = turnsOf(config, decisions);
  const now = foldDue(config, governance, ledger.active);
  const decided = decisions.flatMap((one, i) =>
    handoversOf(one).map((handover) => ({ ...handover, place: i + 1, time: one.ledger.time })),
  );
  const firsts = decided.filter(({ name }, i) => decided.findIndex((one) => equal(one.name, name)) === i);
  return firsts.map(({ name, transcript, slot, time }) => {
    const closed = turns.findLast(({ before, after }) => isOpen(before, name) && !isOpen(after, name));
    return {
      transcript,
      slot,
      decisions: decided.flatMap((one) => (equal(one.name, name) ? [one.place] : [])),
      decidedAt: time,
      state: stateOf(now, name, closed !== undefined),
      closedAt: closed?.time,
    };
  });
};

const standing = ({ state, slot, closedAt }: DecidedHandover): string => {
  const what = slot === undefined ? "the key" : `slot ${slot}'s share`;
  switch (state) {
    case "delayed":
      return `its delay isn't over: nobody has ${what} by it yet`;
    case "open":
      return `IN FORCE: the enclave that it names may hold ${what} by now`;
    case "closed":
      return `was in force until ${dateOf(closedAt ?? 0n)}: the enclave that it names MAY HOLD ${what.toUpperCase()}`;
    case "cancelled":
      return `taken back before it was in force: nobody has ${what} by it`;
  }
};

/** Tells whether the key may have been given to the receiver: nothing takes it back then. */
export const mayHaveLeft = ({ state }: DecidedHandover): boolean => state === "open" || state === "closed";

/** Writes where a hand-over stands. */
export const describeHandover = (handover: DecidedHandover): string => {
  const { transcript, decisions, decidedAt } = handover;
  return `Hand-over 0x${toHex(transcript)}, decision ${decisions.join(", ")} of ${dateOf(decidedAt)}: ${standing(handover)}`;
};

const beforeGenesis = ({ secondHolder, holders }: BridgeConfig): string => {
  if (holders !== undefined)
    return `Before genesis, ${holders.slots.length} enclaves of the configuration's measurements made the key, each its share.`;
  return secondHolder
    ? "Before genesis, the enclave that made the key; at least one more, of the configuration's measurements, to which it gave it."
    : "Before genesis, the enclave that made the key; others of the configuration's measurements, had guardians signed for it.";
};

/**
 * Writes who may hold the key by now. `pdiem handover show` tells which enclave a file's
 * transcript names.
 */
export const describeHolders = (config: BridgeConfig, handovers: readonly DecidedHandover[]): readonly string[] => [
  beforeGenesis(config),
  ...handovers.map(describeHandover),
];
