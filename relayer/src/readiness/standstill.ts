import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import type { BridgeView } from "../sync/bridge/bridge-view.js";
import { governanceAt, isFrozen } from "../sync/bridge/governance.js";
import { describeTerm, presentTerm, type TermParts } from "../sync/checkpoints/checkpoint-term.js";
import type { PaymentWatch } from "../sync/transfers/payment-watch.js";
import type { Obstacle } from "./obstacle.js";

export interface StandstillParts extends Omit<TermParts, "follower" | "payments"> {
  readonly config: BridgeConfig;
  readonly follower: { readonly view: () => Omit<BridgeView, "head"> | undefined };
  readonly payments: Pick<PaymentWatch, "custody">;
}

/** What says which runtimes the enclave signs for. */
export type NamedParts = Pick<StandstillParts, "config" | "checkpoints">;

/**
 * Tells whether the enclave's checkpoint, or the configuration before one, names the running
 * runtime.
 */
const isRuntimeNamed = ({ config, checkpoints }: NamedParts, running: number | undefined): boolean => {
  const kept = checkpoints.kept();
  if (kept === undefined || running === undefined) return true;
  const named = kept === "none" ? [config.parachain.specVersion] : kept.checkpoint.specVersions;
  return named.includes(running);
};

const isCustodyFrozen = ({ payments }: StandstillParts): boolean => {
  const resources = payments.custody()?.resources;
  return resources !== undefined && readFreezing(resources) === true;
};

const ofLedger = (parts: StandstillParts): readonly Obstacle[] => {
  const view = parts.follower.view();
  if (view?.current === undefined) return [];
  const frozen: Obstacle = {
    code: "bridge/frozen",
    text: "bridged assets are frozen",
    todo: "guardians thaw them, once they know why",
    waitingFor: "guardians to thaw the assets: they are frozen",
  };
  const paused: Obstacle = {
    code: "bridge/paused",
    text: "the bridge is paused",
    todo: "guardians decide to resume, once they know why: /api/v1/decisions",
    waitingFor: "guardians to resume: the bridge is paused",
  };
  return [...(isFrozen(view) ? [frozen] : []), ...(governanceAt(parts.config, view.current).paused ? [paused] : [])];
};

const ofCheckpoint = (parts: StandstillParts): readonly Obstacle[] => {
  const term = presentTerm(parts);
  if (term?.state !== "lapsed") return [];
  return [
    {
      code: "checkpoint/lapsed",
      text: `the checkpoint ${describeTerm(term)}`,
      todo: "guardians sign one: pdiem guardian --help",
      waitingFor: "guardians to sign a checkpoint: the last one has lapsed",
    },
  ];
};

const ofCustody = (parts: StandstillParts): readonly Obstacle[] =>
  isCustodyFrozen(parts)
    ? [
        {
          code: "custody/frozen",
          text: "Diem's treasury has frozen custody's account: nothing is signed",
          todo: "ask Diem's treasury compliance why, and to unfreeze it",
          waitingFor: "Diem's treasury to unfreeze custody",
        },
      ]
    : [];

/** Says that nobody has vouched for the running runtime. @param version undefined where unknown */
export const unnamedRuntime = (parts: NamedParts, version: number | undefined): readonly Obstacle[] => {
  if (isRuntimeNamed(parts, version)) return [];
  return [
    {
      code: "runtime/not-named",
      text: `the parachain runs spec version ${version}, which no checkpoint names`,
      todo: `guardians compare that runtime with what the bridge needs, and sign a checkpoint with --spec-version ${version}`,
      waitingFor: `guardians to sign a checkpoint that names the parachain's runtime, spec version ${version}`,
    },
  ];
};

const ofRuntime = (parts: StandstillParts): readonly Obstacle[] =>
  unnamedRuntime(parts, parts.follower.view()?.specVersion);

/**
 * Lists what everything waits for while somebody has stopped the bridge, or guardians haven't said
 * that it may go on. The first is what people are told first.
 */
export const standstills = (parts: StandstillParts): readonly Obstacle[] =>
  parts.follower.view()?.current === undefined
    ? [...ofCheckpoint(parts), ...ofCustody(parts), ...ofRuntime(parts)]
    : [...ofLedger(parts), ...ofCheckpoint(parts), ...ofCustody(parts), ...ofRuntime(parts)];

/** Says the first of these in words. */
export const standstill = (parts: StandstillParts): string | undefined =>
  parts.follower.view()?.current === undefined ? undefined : standstills(parts)[0]?.waitingFor;
