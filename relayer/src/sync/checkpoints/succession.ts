import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import type { Succession } from "@pdiem/bridge/checkpoint/succession";
import type { BridgeContext } from "../../jobs/bridge-context.js";
import { governanceAt } from "../bridge/governance.js";

/** The decisions, from the journal, by which the configuration's guardians were followed by those in force; oldest first. */
export const presentSuccession = ({
  config,
  follower,
}: Pick<BridgeContext, "config"> & { readonly follower: Pick<BridgeContext["follower"], "view"> }): Succession => {
  const view = follower.view();
  if (view?.current === undefined) return [];
  const signed = view.current.history.batches.flatMap(({ step }) => step.decisions);
  return governanceAt(config, view, view.current)
    .succession.map((number) => signed.find(({ decision }) => decision.number === number))
    .filter((one): one is SignedDecision => one !== undefined);
};
