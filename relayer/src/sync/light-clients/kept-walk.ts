import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { lightClientState } from "@pdiem/bridge/facts/light-client-state";
import { type Codec, fixedBytes, option, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import { type KeptFile, keptFile } from "./kept-file.js";
import type { KeptIn } from "./kept-light-clients.js";
import type { SetOnTheWay, Walk } from "./ratchet-chains.js";

/**
 * On Polkadot, whose sets last four hours, more than three years: checkpoints name none as old as
 * that.
 */
const MOST_SETS = 8_192;

const sets: Codec<readonly SetOnTheWay[]> = vector(
  struct({ number: u64, hash: fixedBytes(32), leftAt: option(u64) }),
  MOST_SETS,
);

const walk: Codec<Walk> = struct({ lightClients: lightClientState, diem: sets, relay: sets });

/** Names the file of the way that commands have walked, each from where the one before was. */
export const walkFile = ({ bridge, state }: KeptIn): KeptFile<Walk> => {
  const file = keptFile(state.folder, "walk", bridgeId(bridge), walk);
  return {
    ...file,
    write: (walked) =>
      file.write({ ...walked, diem: walked.diem.slice(-MOST_SETS), relay: walked.relay.slice(-MOST_SETS) }),
  };
};
