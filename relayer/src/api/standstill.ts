import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { governanceAt, isFrozen } from "../sync/bridge/governance.js";
import { presentTerm, type TermParts } from "../sync/checkpoints/checkpoint-term.js";
import type { PaymentWatch } from "../sync/transfers/payment-watch.js";
import type { Followed } from "./at-work.js";

export interface StandstillParts extends Omit<TermParts, "follower" | "payments">, Followed {
  readonly payments: Pick<PaymentWatch, "custody">;
}

/**
 * Tells whether the enclave's checkpoint, or the configuration before one, names the running
 * runtime.
 */
const isRuntimeNamed = ({ config, checkpoints, follower }: StandstillParts): boolean => {
  const kept = checkpoints.kept();
  const running = follower.view()?.specVersion;
  if (kept === undefined || running === undefined) return true;
  const named = kept === "none" ? [config.parachain.specVersion] : kept.checkpoint.specVersions;
  return named.includes(running);
};

const isCustodyFrozen = ({ payments }: StandstillParts): boolean => {
  const resources = payments.custody()?.resources;
  return resources !== undefined && readFreezing(resources) === true;
};

/**
 * Says what everything waits for while somebody has stopped the bridge, or guardians haven't said
 * that it may go on.
 */
export const standstill = (parts: StandstillParts): string | undefined => {
  const view = parts.follower.view();
  if (view?.current === undefined) return undefined;
  if (isFrozen(view)) return "guardians to thaw the assets: they are frozen";
  if (governanceAt(parts.config, view.current).paused) return "guardians to resume: the bridge is paused";
  if (presentTerm(parts)?.state === "lapsed") return "guardians to sign a checkpoint: the last one has lapsed";
  if (isCustodyFrozen(parts)) return "Diem's treasury to unfreeze custody";
  return isRuntimeNamed(parts)
    ? undefined
    : `guardians to sign a checkpoint that names the parachain's runtime, spec version ${view.specVersion}`;
};
