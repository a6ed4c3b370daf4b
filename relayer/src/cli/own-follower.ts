import { journalScope } from "@pdiem/bridge-client/journal/history";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Config } from "../config.js";
import { createFollower, type Follower } from "../sync/bridge/follower.js";
import type { Clients } from "../sync/clients.js";
import { keepJournal } from "../sync/journal/journal-keeper.js";
import { apiUrl } from "./api-client.js";
import { relayedJournal } from "./relayed-journal.js";

export interface OwnFollowerOptions {
  /** URL of a relayer that is asked for the history; left out, the configuration's. */
  readonly api?: string | undefined;
  /** Tells where the history has to be read from the blocks, which takes longer. */
  readonly tell?: (text: string) => void;
}

/**
 * Follows the bridge for one run of a command, without Redis. The history comes from a relayer, if
 * one answers. Whose it is doesn't matter: it has to lead to the anchor that is proven to be in
 * force. Else the blocks are read.
 * @param issuer the enclave's key; whose it is must be borne out by custody's
 */
export const ownFollower = (
  config: Config,
  { parachain, relay, lightClients }: Clients,
  issuer: Uint8Array,
  { api = apiUrl(config), tell = () => undefined }: OwnFollowerOptions = {},
): Follower => {
  const scope = journalScope(config.bridge, issuer);
  const journal = keepJournal({
    scope,
    parachain,
    cache: relayedJournal(api, scope, tell),
    firstBlock: config.parachain.firstBlock,
    onProgress: (block, to) => tell(`reading the parachain's blocks: ${block} of ${to}`),
  });
  const follower = createFollower({ config: config.bridge, issuer, parachain, relay, lightClients, journal });
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
