/**
 * Sets whose signatures can be evidence of misbehaviour (PROTOCOL 6 and 8), as requests carry
 * them.
 */
import { type Decoded, struct, vector } from "@pdiem/light-client/codec/bcs";
import { epochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import type { Checkpoint } from "../checkpoint/checkpoint.js";
import type { LightClientState } from "../facts/light-client-state.js";
import { hasAuthorities, hasEpoch, type OwnSets } from "../facts/own-sets.js";
import { authoritySet } from "../facts/set-hash.js";

/** The most sets of each chain. Evidence needs two at most. */
const MAX_SETS = 8;

export const knownSets = struct({
  diem: vector(epochState, MAX_SETS),
  relay: vector(authoritySet, MAX_SETS),
});
export type KnownSets = Decoded<typeof knownSets>;

export const NO_SETS: KnownSets = { diem: [], relay: [] };

/** Lists the sets that light clients go by now. */
export const presentSets = ({ diem, relay }: LightClientState): KnownSets => ({
  diem: diem.type === "epochState" ? [diem.value.epochState] : [],
  relay: [{ setId: relay.setId, authorities: relay.authorities }],
});

/**
 * Leaves the sets whose misbehaviour counts: of the enclave's own chains, from its checkpoint's
 * sets on. Keys of sets before those may have leaked.
 * @param checkpoint the kept one; undefined for the configuration's roots
 * @param told sets that are asked to count besides the present ones
 */
export const countingSets = (own: OwnSets, checkpoint: Checkpoint | undefined, told: KnownSets): KnownSets => {
  const present = presentSets(own.lightClients);
  const { epoch, setId } = { epoch: checkpoint?.diem.epoch ?? 0n, setId: checkpoint?.relay.setId ?? 0n };
  return {
    diem: [...present.diem, ...told.diem].filter((one) => one.epoch >= epoch && hasEpoch(own, one)),
    relay: [...present.relay, ...told.relay].filter((one) => one.setId >= setId && hasAuthorities(own, one)),
  };
};
