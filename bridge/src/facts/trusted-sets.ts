/** The sets that a light client goes by or went through lately. Whoever knows only their keys knows none of them. */
import { equal } from "@pdiem/light-client/bytes";
import { RefusedError } from "../error.js";
import type { Checkpoint } from "../checkpoint/checkpoint.js";
import { type KnownSets, knownSets } from "../governance/misbehaviour.js";
import type { Heads } from "./light-client-state.js";
import { isAmong, type RecentSets } from "./recent-sets.js";
import { authoritySetHash, epochStateHash } from "./set-hash.js";

export interface TrustedSets {
  readonly heads: Heads;
  readonly recentSets: RecentSets;
}

const hasEpoch = ({ heads: { diem }, recentSets }: TrustedSets, hash: Uint8Array): boolean =>
  (diem.type === "epochState" && equal(epochStateHash(diem.value.epochState), hash)) || isAmong(recentSets.diem, hash);

const hasAuthorities = ({ heads: { relay }, recentSets }: TrustedSets, hash: Uint8Array): boolean =>
  equal(authoritySetHash(relay), hash) || isAmong(recentSets.relay, hash);

/** @throws RefusedError `refused/checkpoint-sets` unless the light clients' own way contains both of its sets */
export const checkContains = (sets: TrustedSets, { diem, relay }: Checkpoint): void => {
  const refuse = (what: string): never => {
    throw new RefusedError(
      "refused/checkpoint-sets",
      `expected a checkpoint of sets that the light clients go by or went through lately, ${what} isn't one: ` +
        "prove the newest state of both chains first; if that doesn't help, one of them is on a fork",
      "later",
    );
  };
  if (!hasEpoch(sets, diem.hash)) refuse(`Diem's epoch ${diem.epoch}`);
  if (!hasAuthorities(sets, relay.hash)) refuse(`the relay chain's set ${relay.setId}`);
};

/** The present sets, and those told that are among the others. */
export const trustedAmong = (sets: TrustedSets, ...told: readonly KnownSets[]): KnownSets => {
  const present = knownSets(sets.heads);
  const others = { diem: told.flatMap(({ diem }) => diem), relay: told.flatMap(({ relay }) => relay) };
  return {
    diem: [...present.diem, ...others.diem.filter((one) => hasEpoch(sets, epochStateHash(one)))],
    relay: [...present.relay, ...others.relay.filter((one) => hasAuthorities(sets, authoritySetHash(one)))],
  };
};
