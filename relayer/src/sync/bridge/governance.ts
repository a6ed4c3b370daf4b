/** What guardians' decisions have made of the bridge, at a proven block. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { equal } from "@pdiem/light-client/bytes";
import type { BridgeView, CurrentLedger } from "./bridge-view.js";

/** Tells whether guardians have frozen any of the assets. */
export const isFrozen = ({ assets }: Pick<BridgeView, "assets">): boolean =>
  assets.some((asset) => asset?.status === "frozen");

/** Computes the governance state in force: what is due by the ledger's active time counts. */
export const governanceAt = (
  config: BridgeConfig,
  { history: { ledger, governance } }: { readonly history: Pick<CurrentLedger["history"], "ledger" | "governance"> },
): GovernanceState => governanceInForce(config, ledger, governance);

/**
 * Tells whether an asset's Freezer isn't the guardians' in force: the next settlement makes it so.
 */
export const needsTeam = ({ assets }: Pick<BridgeView, "assets">, { guardians }: GovernanceState): boolean =>
  assets.some((asset) => asset !== undefined && !equal(asset.freezer, guardians.freezer));
