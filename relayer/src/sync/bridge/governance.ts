/** What guardians' decisions have made of the bridge's configuration, at a proven block. */

import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { type Clock, deriveInForce, type GovernanceState as Governance } from "@pdiem/bridge/governance/governance-state";
import { clockAt } from "@pdiem/bridge/governance/operating";
import { equal } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { transactionVersion } from "../../chains/parachain/substrate-node.js";
import type { SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import type { BridgeView, CurrentLedger } from "./bridge-view.js";

export type { CurrentLedger as Governance } from "@pdiem/bridge/governance/in-force";

export const isFrozen = ({ assets }: Pick<BridgeView, "assets">): boolean =>
  assets.some((asset) => asset?.status === "frozen");

type SeenBlock = Pick<BridgeView, "time" | "assets">;

/** What delays run by there, as the enclave counts it. */
export const presentClock = (
  config: BridgeConfig,
  { time, assets }: SeenBlock,
  { history: { ledger, decisions } }: CurrentLedger,
): Clock => clockAt({ config, ledger, decisions }, time, isFrozen({ assets }));

export const governanceAt = (config: BridgeConfig, view: SeenBlock, current: CurrentLedger): Governance =>
  deriveInForce(config, current.history.decisions, presentClock(config, view, current));

/** Until every asset's Freezer is the account of the guardians in force, nothing but a batch that makes it so is signed. */
export const needsTeam = ({ assets }: BridgeView, { guardians }: Governance): boolean =>
  assets.some((asset) => asset !== undefined && !equal(asset.freezer, guardians.freezer));

/**
 * The profile for the runtime that the nodes have. Their word: under another runtime what is signed is void.
 * @throws PdiemError `relayer/no-profile` with `later`
 */
export const profileFor = async (parachain: SubstrateRpc, profiles: readonly ChainProfile[]): Promise<ChainProfile> => {
  const version = await parachain.run(transactionVersion);
  const found = profiles.findLast((profile) => profile.transactionVersion === version);
  if (found === undefined)
    throw new PdiemError(
      "relayer/no-profile",
      `no chain profile in force is for transaction version ${version}: guardians have to decide one`,
      "later",
    );
  return found;
};
