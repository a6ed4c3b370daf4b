/**
 * The sets of a light client's own chains: those that it goes by, and those that it has left
 * lately.
 */
import { equal } from "@pdiem/light-client/bytes";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import type { LightClientState } from "./light-client-state.js";
import { authoritySetHash, epochStateHash } from "./set-hash.js";
import { isAmong, type SetHistory } from "./set-history.js";

/** Whoever only knows keys of a set knows none of these hashes. */
export interface OwnSets {
  readonly lightClients: LightClientState;
  readonly setHistory: SetHistory;
}

/** Tells whether an epoch's validators of that `epochStateHash` are of the own chain. */
export const hasEpochHash = ({ lightClients: { diem }, setHistory }: OwnSets, hash: Uint8Array): boolean =>
  (diem.type === "epochState" && equal(epochStateHash(diem.value.epochState), hash)) || isAmong(setHistory.diem, hash);

/** Tells whether authorities of that `authoritySetHash` are of the own chain. */
export const hasAuthoritiesHash = ({ lightClients: { relay }, setHistory }: OwnSets, hash: Uint8Array): boolean =>
  equal(authoritySetHash(relay), hash) || isAmong(setHistory.relay, hash);

export const hasEpoch = (own: OwnSets, validators: EpochState): boolean =>
  hasEpochHash(own, epochStateHash(validators));

export const hasAuthorities = (own: OwnSets, set: AuthoritySet): boolean =>
  hasAuthoritiesHash(own, authoritySetHash(set));
