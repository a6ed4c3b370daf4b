/** What an enclave keeps beside its keys. Losing it loses nothing but the way already proven. */
import { keptCheckpoint, NO_CHECKPOINT } from "@pdiem/bridge/checkpoint/kept-checkpoint";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { initialLightClientState, lightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { OwnSets } from "@pdiem/bridge/facts/own-sets";
import { EMPTY_SET_HISTORY, setHistory } from "@pdiem/bridge/facts/set-history";
import { equal } from "@pdiem/light-client/bytes";
import { type Decoded, encode, fixedBytes, option, struct } from "@pdiem/light-client/codec/bcs";

export const kept = struct({
  lightClients: lightClientState,
  /** The sets that they went through. */
  setHistory,
  /** What they may vouch for. */
  checkpoints: keptCheckpoint,
  /**
   * SHA-256 of evidence that another enclave holds the key, 32 bytes; undefined where nobody has
   * shown any.
   */
  receipt: option(fixedBytes(32)),
});
export type Kept = Decoded<typeof kept>;

/** Starts the light clients from the configuration's roots. */
export const initialSets = (config: BridgeConfig): OwnSets => ({
  lightClients: initialLightClientState(config),
  setHistory: EMPTY_SET_HISTORY,
});

/** Makes what every enclave of a configuration begins with. */
export const initialKept = (config: BridgeConfig): Kept => ({
  ...initialSets(config),
  checkpoints: NO_CHECKPOINT,
  receipt: undefined,
});

export const isSameKept = (a: Kept, b: Kept): boolean => a === b || equal(encode(kept, a), encode(kept, b));
