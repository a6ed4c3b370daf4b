import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../config.js";
import type { Clients } from "../evidence/clients.js";
import type { BridgeView, InForce } from "../follow/bridge-view.js";
import { createFollower, type Follower } from "../follow/follower.js";
import type { JournalCache } from "../follow/journal-cache.js";
import { journalScope } from "../follow/journal-scope.js";

/** Every run reads the journal from the chain: nothing rests on what others have kept. */
const NO_CACHE: JournalCache = {
  load: () => Promise.resolve({ records: [], scanned: 0 }),
  add: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};

/**
 * Follows the bridge for one run of a command, without a relayer and without Redis.
 * @param issuer the enclave's key; whose it is must be borne out by custody's
 */
export const ownFollower = (config: Config, { parachain, relay, heads }: Clients, issuer: Uint8Array): Follower => {
  const scope = journalScope(config, issuer);
  return createFollower({ config: config.bridge, scope, parachain, relay, heads, cache: NO_CACHE });
};

/** @throws PdiemError `bridge/no-ledger`, `later`, before genesis */
export const ledgerIn = ({ inForce }: BridgeView): InForce => {
  if (inForce === undefined) throw new PdiemError("bridge/no-ledger", "no ledger is in force yet", "later");
  return inForce;
};
