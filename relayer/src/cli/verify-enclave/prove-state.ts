import { isApproved } from "@pdiem/bridge/facts/parachain-state";
import { anchorAsset } from "@pdiem/bridge/ledger/ledger-in-force";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import { collectForSelf } from "../../simulate/collect-proofs.js";
import { batchNeeds } from "../../simulate/needs.js";
import type { CurrentLedger } from "../../sync/bridge/bridge-view.js";
import type { Clients } from "../../sync/clients.js";
import type { SetsOnTheWay } from "../../sync/light-clients/ratchet-chains.js";
import { type OwnFollowerOptions, ownFollower } from "../own-follower.js";
import type { BridgeChains, ToldLedger } from "./state-checks.js";

const TRIES = 3;

const toldBy = ({ anchor, history: { ledger, governance, decisions } }: CurrentLedger): ToldLedger => ({
  anchor,
  ledger,
  governance,
  decisions,
});

/**
 * Proves both chains' newest state by the clients' own light clients, believing no node. Where a
 * batch has come between reading the journal and proving its ledger, it is tried again.
 * @param key the enclave's, as it says
 * @param sets that both chains went through until there
 * @throws what `Follower.follow` and `collectForSelf` throw; PdiemError `bridge/moving`, `later`
 */
export const proveState = async (
  config: Config,
  clients: Clients,
  key: Uint8Array,
  { diem, relay }: SetsOnTheWay,
  options: OwnFollowerOptions,
): Promise<BridgeChains> => {
  const { bridge } = config;
  const follower = ownFollower(config, clients, key, options);
  for (let left = TRIES; left > 0; left--) {
    const { current } = await follower.follow();
    const told = current === undefined ? undefined : toldBy(current);
    const needs = batchNeeds(bridge, key, told?.anchor);
    const { facts } = await collectForSelf(clients, { needs, ranges: [] });
    const isStill = told === undefined || isApproved(bridge, facts.parachain, anchorAsset(bridge), key, told.anchor);
    if (isStill) return { facts, told, sets: { diem, relay } };
  }
  throw new PdiemError(
    "bridge/moving",
    `batches followed one another faster than they could be read: try again`,
    "later",
  );
};
