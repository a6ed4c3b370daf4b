import type { Action } from "../governance/action.js";
import { decisionBatch } from "../governance/decision-batch.js";
import { type KnownSets, NO_SETS } from "../governance/known-sets.js";
import type { SignedDecision } from "../governance/signed-decision.js";
import type { Batch } from "../settlement/batch.js";
import { decided, type Governed, governedBridge, sign, worldAfter } from "./guardians.js";
import type { World } from "./world.js";

/** Makes the batch that takes a decision in that world. */
export const decideIn = (world: World, before: Governed, signed: SignedDecision, sets: KnownSets = NO_SETS): Batch =>
  decisionBatch(governedBridge(before), world.parachain.facts(), sets, signed);

/** Names the bridge after a batch. */
export const afterBatch = ({ governance }: Governed, { ledger, entry }: Batch): Governed => ({
  ledger,
  governance: entry.governance?.state ?? governance,
});

/** Takes one decision of these actions, an hour after the ledger. */
export const decide = (
  before: Governed,
  actions: readonly Action[],
  change: (world: World) => void = () => undefined,
): Governed => {
  const world = worldAfter(before);
  change(world);
  return afterBatch(before, decideIn(world, before, sign(decided(before, ...actions))));
};
