/** The runtime that comes with a package: `statemine` 900, as `rococo_v2_2_asset_hub` starts. */
import { chainSpec } from "@substrate/connect-known-chains/rococo_v2_2_asset_hub";
import { readChainSpec } from "./chain-spec.js";
import type { HubRuntime } from "./hub-runtime.js";

const read = (): HubRuntime => ({
  ...readChainSpec(chainSpec),
  specVersion: 900,
  stateVersion: 0,
  slotDuration: 12_000,
  blockPeriod: 6_000,
  claimsEverySlot: false,
  accountFlags: 0n,
  splitsMessages: false,
  compactWeights: false,
  followsRelaySlots: false,
});

let known: HubRuntime | undefined;

/**
 * Gives the same one each time, so that its code is compiled once.
 * @throws DecodeError `decode/chain-spec` if the package's chain specification isn't one
 */
export const statemine900 = (): HubRuntime => {
  known ??= read();
  return known;
};
