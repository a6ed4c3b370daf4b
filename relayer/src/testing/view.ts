import { exampleConfig, filled, ISSUER } from "@pdiem/bridge/testing/config";
import { START } from "@pdiem/bridge/testing/world";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";

/**
 * Makes a view of the example bridge at a block, its assets live and the guardians' Freezer
 * theirs.
 */
export const exampleView = (
  current: CurrentLedger | undefined,
  change: Partial<BridgeView> = {},
): Omit<BridgeView, "head"> => ({
  block: { number: 900, hash: filled(32, 90) },
  relayBlock: 1_800,
  time: START + 60_000n,
  specVersion: exampleConfig.parachain.specVersion,
  issuer: undefined,
  assets: exampleConfig.currencies.map(({ minBalance }) => ({
    owner: ISSUER,
    issuer: ISSUER,
    admin: ISSUER,
    freezer: exampleConfig.guardians.freezer,
    supply: 5_000n,
    deposit: 0n,
    minBalance,
    isSufficient: true,
    accounts: 1,
    sufficients: 1,
    approvals: 1,
    status: "live",
  })),
  current,
  ...change,
});
