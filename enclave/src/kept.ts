/** What an enclave keeps beside its key: how far its light clients are, and until when it may sign. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { type SignedCheckpoint, signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { type Heads, heads, initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { NO_RECENT_SETS, type RecentSets, recentSets } from "@pdiem/bridge/facts/recent-sets";
import { equal } from "@pdiem/light-client/bytes";
import { type Codec, encode, fixedBytes, option, struct } from "@pdiem/light-client/codec/bcs";

export interface Kept {
  readonly heads: Heads;
  /** Those that the heads went through. */
  readonly recentSets: RecentSets;
  /** The newest one verified; undefined for none but the configuration's roots. */
  readonly checkpoint: SignedCheckpoint | undefined;
  /** SHA-256 of evidence that another enclave holds the key, 32 bytes; undefined where nobody has shown any. */
  readonly receipt: Uint8Array | undefined;
}

export const kept: Codec<Kept> = struct<Kept>({
  heads,
  recentSets,
  checkpoint: option(signedCheckpoint),
  receipt: option(fixedBytes(32)),
});

/** Light clients that have come that far and remember nothing of their way. */
export const keptAt = (at: Heads): Kept => ({
  heads: at,
  recentSets: NO_RECENT_SETS,
  checkpoint: undefined,
  receipt: undefined,
});

/** Where every enclave of a configuration begins. Beginning again loses nothing but the way already proven. */
export const initialKept = (config: BridgeConfig): Kept => keptAt(initialHeads(config));

export const isSameKept = (a: Kept, b: Kept): boolean => a === b || equal(encode(kept, a), encode(kept, b));
