/** What guardians have decided, as the API shows it. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import { describeAction } from "@pdiem/bridge-client/guardians/describe-decision";
import { decidedHandovers, describeHolders } from "@pdiem/bridge-client/guardians/handover-history";
import type { History } from "@pdiem/bridge-client/journal/history";
import { toHex } from "@pdiem/light-client/bytes";
import type { DecisionsView } from "../views/decisions-view.js";

/** Shows what counts now. */
export const viewInForce = (
  { currencies }: BridgeConfig,
  { paused, amnesty, guardians, limits, measurements, misbehaved }: GovernanceState,
): DecisionsView["inForce"] => ({
  paused,
  amnesty,
  guardians: {
    keys: guardians.keys.map(toHex),
    threshold: guardians.threshold,
    freezer: toHex(guardians.freezer),
  },
  limits: {
    batch: { calls: limits.batch.calls, bytes: limits.batch.bytes },
    currencies: limits.currencies.map(({ minimum, maximum, mint, release, refund }, i) => ({
      code: currencies[i]?.code ?? "",
      minimum: minimum.toString(),
      maximum: maximum.toString(),
      mint: mint.toString(),
      release: release.toString(),
      refund: refund.toString(),
    })),
  },
  measurements: measurements.map(({ tee, value }) => ({ tee, value: toHex(value) })),
  misbehaved: {
    ...(misbehaved.diem === undefined ? {} : { diem: misbehaved.diem.toString() }),
    ...(misbehaved.relay === undefined ? {} : { relay: misbehaved.relay.toString() }),
  },
});

/**
 * Shows what waits until active time has passed.
 * @param inForce what each action is compared with
 */
export const viewDelayed = (config: BridgeConfig, inForce: GovernanceState, active: bigint): DecisionsView["delayed"] =>
  inForce.delayed.map(({ action, from, due }) => ({
    text: [...describeAction(action, { config, governance: inForce })],
    from: from.toString(),
    due: due.toString(),
    left: (due > active ? due - active : 0n).toString(),
  }));

/** Shows each hand-over that was ever decided, and who may hold the key by it. */
export const viewHandovers = (
  config: BridgeConfig,
  history: Pick<History, "decisions" | "governance" | "ledger">,
): Pick<DecisionsView, "handovers" | "holders"> => {
  const handovers = decidedHandovers(config, history);
  return {
    handovers: handovers.map(({ transcript, state, decisions }) => ({
      transcript: toHex(transcript),
      decisions: [...decisions],
      state,
    })),
    holders: [...describeHolders(config, handovers)],
  };
};
