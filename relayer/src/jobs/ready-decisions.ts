import { completeDecision, noticeMisbehaviour } from "@pdiem/bridge-client/guardians/decision-file";
import { mayBeKnown } from "@pdiem/bridge/governance/misbehaviour";
import { MAX_BATCH_DECISIONS, type SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { equal } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import type { BridgeContext } from "./bridge-context.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";
import { type Governance, governanceAt, isFrozen, needsTeam } from "../sync/bridge/governance.js";
import type { PendingDecision } from "./decision-store.js";

/** A decision that a batch may take up next. */
export interface ReadyDecision {
  readonly id: string;
  readonly signed: SignedDecision;
}

/** For evidence, which isn't bound to a time: long enough for any batch. */
const NOTICE_VALID_MS = 3_600_000n;

const complete = (governance: Governance, pending: PendingDecision): SignedDecision | undefined => {
  if (pending.type !== "file") return undefined;
  try {
    return completeDecision(governance.guardians, pending.file);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/** Decisions that can never be taken up any more, the ledger having gone past them. */
export const isPast = (
  { history: { ledger } }: CurrentLedger,
  { misbehaved }: Governance,
  pending: PendingDecision,
): boolean =>
  pending.type === "file"
    ? !equal(pending.file.decision.previous, ledger.decisions.hash)
    : mayBeKnown(misbehaved, pending.evidence);

/** Signed by enough guardians and numbered on from the ledger's, evidence after them; those past are dropped. */
export const readyDecisions = async (
  context: BridgeContext,
  view: BridgeView,
  current: CurrentLedger,
): Promise<readonly ReadyDecision[]> => {
  const { config, decisions, refusedDecisions } = context;
  const governance = governanceAt(config, view, current);
  const all = await decisions.all();
  const past = all.filter((pending) => isPast(current, governance, pending));
  await decisions.remove(past.map(({ id }) => id));
  const free = all.filter((pending) => !past.includes(pending) && !refusedDecisions.isDeferred(pending.id));
  const signed = free.flatMap((pending): readonly ReadyDecision[] => {
    const decision = complete(governance, pending);
    return decision === undefined ? [] : [{ id: pending.id, signed: decision }];
  });
  const place = current.history.ledger.decisions;
  const ready: ReadyDecision[] = [];
  for (let next = place.count; ready.length < MAX_BATCH_DECISIONS; next++) {
    const found = signed.find((one) => one.signed.decision.number === next);
    if (found === undefined) break;
    ready.push(found);
  }
  const evidence = free.find((pending) => pending.type === "evidence");
  if (evidence === undefined || ready.length >= MAX_BATCH_DECISIONS) return ready;
  const until = view.time + NOTICE_VALID_MS;
  const notice = noticeMisbehaviour({ decisions: place, before: ready.length, until }, evidence.evidence);
  return [...ready, { id: evidence.id, signed: notice }];
};

/** What a batch of decisions is wanted for: their ids, or `team`; empty where none is. */
export const wantedDecisions = async (context: BridgeContext, view: BridgeView, current: CurrentLedger): Promise<string> => {
  const ready = await readyDecisions(context, view, current);
  if (ready.length > 0) return ready.map(({ id }) => id).join(" ");
  return needsTeam(view, governanceAt(context.config, view, current)) && !isFrozen(view) ? "team" : "";
};
