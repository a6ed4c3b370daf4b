import type { Heads } from "@pdiem/bridge/facts/light-client-state";
import { type Codec, decode, encode } from "@pdiem/light-client/codec/bcs";
import { trustedState, trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import { grandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { MOST_SETS } from "../misbehaviour/sets-keeper.js";

/** This process's own light clients. Several tasks move them on at once: each chain's only ever goes forward. */
export interface HeadsKeeper {
  readonly get: () => Heads;
  /** Keeps of each chain whichever is newer. */
  readonly offer: (heads: Partial<Heads>) => void;
  /**
   * Where they were `MOST_SETS` sets ago, or at the start: what to keep for the next process, so that it goes through the latest sets as
   * well. Misbehaviour is looked for among those. The same objects as long as they are where they were.
   */
  readonly earlier: () => Heads;
}

const isNewerDiem = (offered: Heads["diem"], kept: Heads["diem"]): boolean => {
  const difference = trustedVersion(offered) - trustedVersion(kept);
  // A waypoint alone names no validators, so at the same version the state that does is worth more.
  return difference > 0n || (difference === 0n && offered.type === "epochState");
};

const isNewerRelay = (offered: Heads["relay"], kept: Heads["relay"]): boolean =>
  offered.finalized.number > kept.finalized.number;

/** A waypoint says nothing of its epoch. */
const epochOf = (state: Heads["diem"]): bigint => (state.type === "epochState" ? state.value.epochState.epoch : 0n);

/** States in which sets were first known, the latest of them. @param numberOf a set's number, which rises */
const keepTrail = <S>(initial: S, codec: Codec<S>, numberOf: (state: S) => bigint) => {
  const trail: S[] = [initial];
  return {
    oldest: (): S => trail[0] ?? initial,
    add: (state: S): void => {
      const number = numberOf(state);
      if (number <= numberOf(trail.at(-1) ?? initial)) return;
      // A copy: it is a view of the answer that it was verified from, which would stay in memory with it.
      trail.push(decode(codec, encode(codec, state)));
      for (let next = trail[1]; next !== undefined && number - numberOf(next) >= MOST_SETS; next = trail[1])
        trail.shift();
    },
  };
};

export const keepHeads = (initial: Heads): HeadsKeeper => {
  let heads = initial;
  const diemTrail = keepTrail(initial.diem, trustedState, epochOf);
  const relayTrail = keepTrail(initial.relay, grandpaState, ({ setId }) => setId);
  return {
    get: () => heads,
    offer: ({ diem, relay }) => {
      heads = {
        diem: diem !== undefined && isNewerDiem(diem, heads.diem) ? diem : heads.diem,
        relay: relay !== undefined && isNewerRelay(relay, heads.relay) ? relay : heads.relay,
      };
      diemTrail.add(heads.diem);
      relayTrail.add(heads.relay);
    },
    earlier: () => ({ diem: diemTrail.oldest(), relay: relayTrail.oldest() }),
  };
};
