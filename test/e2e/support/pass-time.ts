/** The chain's time moves on with its blocks. */
import { MINIMUM_PERIOD } from "@pdiem/devnet/asset-hub/cadence";
import { eventually } from "@pdiem/devnet/testing/rpc";
import type { LedgerView } from "@pdiem/relayer/views/ledger-view";
import type { RelayedBridge } from "./relayed-bridge.js";

/**
 * Makes blocks until so much of the chain's time has passed, ms. The relayer has proven the last of
 * them then: blocks come faster than they are final.
 */
export const passTime = async (bridge: RelayedBridge, ms: number): Promise<void> => {
  const provenBlock = async (): Promise<number> => (await bridge.ask<LedgerView>("/api/v1/ledger")).block;
  let end = await provenBlock();
  for (let passed = 0; passed <= ms; passed += MINIMUM_PERIOD, end++) await bridge.chains.assetHub.produceBlock();
  await eventually(async () => ((await provenBlock()) >= end ? true : undefined));
};
