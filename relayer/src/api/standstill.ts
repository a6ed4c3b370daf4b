import type { BridgeContext } from "../jobs/bridge-context.js";
import { presentTerm } from "../sync/checkpoints/checkpoint-term.js";
import { governanceAt, isFrozen } from "../sync/bridge/governance.js";

/** What everything waits for while guardians have stopped the bridge, or not said that it may go on. */
export const standstill = (context: BridgeContext): string | undefined => {
  const { config, follower } = context;
  const view = follower.view();
  if (view?.current === undefined) return undefined;
  if (isFrozen(view)) return "guardians to thaw the assets: they are frozen";
  if (governanceAt(config, view, view.current).paused) return "guardians to resume: the bridge is paused";
  return presentTerm(context)?.state === "lapsed"
    ? "guardians to sign a checkpoint: the last one has lapsed"
    : undefined;
};
