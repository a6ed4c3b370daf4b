/** Checks which actions stand together in one decision, and at which state (PROTOCOL 6). */
import { RefusedError } from "../error.js";
import type { Action } from "./action.js";
import { MAX_ACTIONS } from "./decision.js";
import type { GovernanceState } from "./governance-state.js";
import { subjectOf } from "./subject.js";

const refuse = (code: string, message: string, retry: "never" | "later" = "never"): never => {
  throw new RefusedError(`refused/${code}`, message, retry);
};

const checkTogether = (actions: readonly Action[]): void => {
  if (actions.length < 1 || actions.length > MAX_ACTIONS)
    refuse("actions", `expected 1 to ${MAX_ACTIONS} actions, got ${actions.length}`);
  const subjects = new Set(actions.map(subjectOf));
  if (subjects.size < actions.length)
    refuse("same-subject", "expected at most one action about each subject in a decision: decide one after the other");
  if (subjects.has("pause") && subjects.has("resume"))
    refuse("pause-and-resume", "expected a pause or its end, not both");
  if (subjects.has("misbehaviour") && actions.length > 1)
    refuse("misbehaviour-alone", "expected evidence of misbehaviour to be a decision of its own");
};

/**
 * Checks a decision's actions against each other and the state that they start from.
 * @param state with what is due folded
 * @param isFrozen whether any asset is frozen at the batch's block
 * @throws RefusedError `refused/actions`, `refused/same-subject`, `refused/pause-and-resume`,
 * `refused/misbehaviour-alone`, `refused/not-frozen`, `refused/not-paused`, `refused/asset-frozen`
 */
export const checkActions = (
  { paused }: Pick<GovernanceState, "paused">,
  isFrozen: boolean,
  actions: readonly Action[],
): void => {
  checkTogether(actions);
  const has = (type: Action["type"]): boolean => actions.some((one) => one.type === type);
  if (has("thaw") && !isFrozen) refuse("not-frozen", "expected a frozen asset to thaw", "later");
  if (!has("resume")) return;
  if (isFrozen && !has("thaw"))
    refuse("asset-frozen", "expected a decision that resumes at a frozen block to say that it thaws, too");
  if (!isFrozen && !paused) refuse("not-paused", "expected a bridge that is paused or frozen to resume");
};
