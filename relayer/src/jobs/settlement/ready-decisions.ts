import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import { culpritsOf, isKnownMisbehaviour } from "@pdiem/bridge/governance/misbehaviour";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { completeDecision, noticeMisbehaviour } from "@pdiem/bridge-client/guardians/decision-file";
import { equal } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { DecisionStore, PendingDecision } from "../../stores/decision-store.js";
import type { Deferrals } from "../../stores/deferrals.js";
import type { BridgeView, CurrentLedger } from "../../sync/bridge/bridge-view.js";
import { governanceAt } from "../../sync/bridge/governance.js";

/** A decision that a batch may take next. */
export interface ReadyDecision {
  readonly id: string;
  readonly signed: SignedDecision;
}

export interface DecisionSources {
  readonly config: BridgeConfig;
  readonly decisions: Pick<DecisionStore, "all" | "remove" | "refuse">;
  /** By id: other batches go on meanwhile. */
  readonly refusedDecisions: Deferrals<string>;
}

/** For evidence, which isn't bound to a time: long enough for any batch. */
const NOTICE_VALID_MS = 3_600_000n;

/** Tells decisions that can never be taken any more, the ledger having gone past them. */
export const isPast = (
  { history: { ledger } }: Pick<CurrentLedger, "history">,
  governance: Pick<GovernanceState, "misbehaved">,
  pending: PendingDecision,
): boolean =>
  pending.type === "file"
    ? !equal(pending.file.decision.governance, ledger.governance)
    : isKnownMisbehaviour(governance, culpritsOf(pending.evidence));

const complete = (
  view: BridgeView,
  { history }: CurrentLedger,
  { guardians }: GovernanceState,
  pending: PendingDecision,
): SignedDecision | undefined => {
  if (pending.type === "evidence") {
    const place = { governance: history.governance, until: view.time + NOTICE_VALID_MS };
    return noticeMisbehaviour(place, pending.evidence);
  }
  try {
    return completeDecision(guardians, pending.file);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/**
 * Lists decisions that enough guardians have signed, of which a batch takes one, then evidence.
 * What guardians signed names the present state, and evidence can be noticed again after it. Those
 * past are dropped.
 */
export const readyDecisions = async (
  { config, decisions, refusedDecisions }: DecisionSources,
  view: BridgeView,
  current: CurrentLedger,
): Promise<readonly ReadyDecision[]> => {
  const governance = governanceAt(config, current);
  const all = await decisions.all();
  const past = all.filter((pending) => isPast(current, governance, pending));
  await decisions.remove(past.map(({ id }) => id));
  const free = all.filter((pending) => !past.includes(pending) && !refusedDecisions.isDeferred(pending.id));
  const inOrder = [...free.filter(({ type }) => type === "file"), ...free.filter(({ type }) => type === "evidence")];
  return inOrder.flatMap((pending): readonly ReadyDecision[] => {
    const signed = complete(view, current, governance, pending);
    return signed === undefined ? [] : [{ id: pending.id, signed }];
  });
};
