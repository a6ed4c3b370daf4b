import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { createClients } from "../clients.js";
import { monotonicNow } from "../clock.js";
import type { Config } from "../config.js";
import type { Clients } from "../sync/clients.js";
import type { KeptFile } from "../sync/light-clients/kept-file.js";
import { walkFile } from "../sync/light-clients/kept-walk.js";
import { type OnProgress, type Walk, type WalkedChains, walkChains } from "../sync/light-clients/ratchet-chains.js";
import type { Output } from "./output.js";

const TELL_MS = 1_000;

export interface WalkAgainOptions {
  /** Begins at the configuration's roots of trust, whatever an earlier run has kept. */
  readonly fromRoots?: boolean;
}

const startOf = ({ path, read }: KeptFile<Walk>, output: Output): Walk | undefined => {
  const kept = read();
  if (kept.type === "unusable") output.err(`not going on from ${path}, ${kept.reason}: walking from the roots`);
  if (kept.type !== "value") return undefined;
  const { diem, relay } = kept.value.lightClients;
  const epoch = diem.type === "epochState" ? `Diem's epoch ${diem.value.epochState.epoch}` : "Diem's waypoint";
  output.err(`going on from ${epoch} and authority set ${relay.setId}, as kept in ${path}`);
  return kept.value;
};

const keep = async ({ path, write }: KeptFile<Walk>, walked: Walk, output: Output): Promise<void> => {
  try {
    await write(walked);
  } catch (error) {
    output.err(`the way can't be kept in ${path}, the next run walks it again: ${String(error)}`);
  }
};

type RelayProgress = Extract<Parameters<OnProgress>[0], { readonly chain: "relay" }>;

const relayProgress = ({ setId, block, latestSetId }: RelayProgress, first: bigint): string => {
  const sets = latestSetId === undefined ? `${setId - first}` : `${setId - first} of ${latestSetId - first}`;
  return `relay chain: ${sets} authority sets, at set ${setId}, block ${block}`;
};

/**
 * Makes clients for one run of a command. Their light clients begin where an earlier run of this
 * user's kept them.
 */
export const ownClients = (config: Config): Clients => {
  const kept = walkFile(config).read();
  return createClients(
    config,
    kept.type === "value" ? kept.value.lightClients : initialLightClientState(config.bridge),
  );
};

/**
 * Walks with the clients' nodes to now, and says now and then how far it is. Keeps for the next run
 * where it led, and on a long way where it is. What this user's own light clients have verified
 * once, they needn't again.
 * @throws what `walkChains` throws
 */
export const ownWalk = async (
  config: Config,
  clients: Clients,
  { fromRoots = false }: WalkAgainOptions,
  output: Output,
): Promise<WalkedChains> => {
  const file = walkFile(config);
  const from = fromRoots ? undefined : startOf(file, output);
  const first = (from?.lightClients ?? initialLightClientState(config.bridge)).relay.setId;
  let toldAt = monotonicNow();
  const walked = await walkChains(clients, {
    from,
    onProgress: (at) => {
      if (monotonicNow() - toldAt < TELL_MS) return;
      toldAt = monotonicNow();
      output.err(at.chain === "diem" ? `Diem: epoch ${at.epoch}` : relayProgress(at, first));
    },
    onPage: (reached) => keep(file, reached, output),
  });
  clients.lightClients.offer(walked.lightClients);
  await keep(file, walked, output);
  return walked;
};
