import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../config.js";
import type { Clients } from "../simulate/clients.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";
import { createFollower, type Follower } from "../sync/bridge/follower.js";
import { journalScope } from "../sync/journal/journal-scope.js";
import { apiUrl } from "./api-client.js";
import { relayedJournal } from "./relayed-journal.js";

export interface OwnFollowerOptions {
  /** URL of a relayer that is asked for the history; left out, the configuration's. */
  readonly api?: string | undefined;
  /** Told where the history has to be read from the blocks, which takes longer. */
  readonly tell?: (text: string) => void;
}

/**
 * Follows the bridge for one run of a command, without Redis. The history comes from a relayer, if one answers: whose it is doesn't matter, as
 * it has to lead to the anchor that is proven to be in force (see `replay`). Where it doesn't, the blocks are read.
 * @param issuer the enclave's key; whose it is must be borne out by custody's
 */
export const ownFollower = (
  config: Config,
  { parachain, relay, heads }: Clients,
  issuer: Uint8Array,
  { api = apiUrl(config), tell = () => undefined }: OwnFollowerOptions = {},
): Follower => {
  const scope = journalScope(config, issuer);
  const follower = createFollower({
    config: config.bridge,
    scope,
    parachain,
    relay,
    heads,
    cache: relayedJournal(api, scope, tell),
    firstBlock: config.parachain.firstBlock,
    onProgress: (block, to) => tell(`reading the parachain's blocks: ${block} of ${to}`),
  });
  return {
    view: follower.view,
    follow: async () => {
      try {
        return await follower.follow();
      } catch (error) {
        if (!isPdiemError(error) || error.code !== "rpc/journal") throw error;
        // What the relayer told has been thrown away by now.
        tell("the history that a relayer tells doesn't lead to the ledger in force: reading the parachain's blocks");
        return follower.follow();
      }
    },
  };
};

/** @throws PdiemError `bridge/no-ledger`, `later`, before genesis */
export const ledgerIn = ({ current }: BridgeView): CurrentLedger => {
  if (current === undefined) throw new PdiemError("bridge/no-ledger", "no ledger is in force yet", "later");
  return current;
};
