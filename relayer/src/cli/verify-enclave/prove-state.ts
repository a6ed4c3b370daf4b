import { isApproved } from "@pdiem/bridge/facts/parachain-state";
import { anchorAsset } from "@pdiem/bridge/settlement/settle";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import type { Clients } from "../../simulate/clients.js";
import { collectForSelf } from "../../simulate/collect-proofs.js";
import { batchNeeds } from "../../simulate/predict.js";
import type { SetsOnTheWay } from "../../sync/light-clients/ratchet-chains.js";
import { type OwnFollowerOptions, ownFollower } from "../own-follower.js";
import type { BridgeState, ToldLedger } from "./state-checks.js";

const TRIES = 3;

/**
 * Proves both chains' newest state from the clients' heads on, believing no node. Where a batch has come between reading the
 * journal and proving its ledger, it looks again.
 * @param key the enclave's, as it says
 * @param sets that both chains went through until there
 * @throws as `Follower.follow` and `collectForSelf`; PdiemError `bridge/moving`, `later`
 */
export const proveState = async (
  config: Config,
  clients: Clients,
  key: Uint8Array,
  { diem, relay }: SetsOnTheWay,
  options: OwnFollowerOptions,
): Promise<BridgeState> => {
  const follower = ownFollower(config, clients, key, options);
  for (let left = TRIES; left > 0; left--) {
    const { current } = await follower.follow();
    const told: ToldLedger | undefined =
      current === undefined
        ? undefined
        : { anchor: current.anchor, ledger: current.history.ledger, decisions: current.history.decisions };
    const needs = batchNeeds(config.bridge, key, told?.anchor);
    const { facts } = await collectForSelf(clients, { needs, ranges: [] });
    const isStill = told === undefined || isApproved(facts.parachain, anchorAsset(config.bridge), key, told.anchor);
    if (isStill) return { facts, told, sets: { diem, relay } };
  }
  throw new PdiemError(
    "bridge/moving",
    `batches followed one another faster than they could be read: try again`,
    "later",
  );
};
