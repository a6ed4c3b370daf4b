import type { LightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { OwnSets } from "@pdiem/bridge/facts/own-sets";
import { EMPTY_SET_HISTORY, type LeftSets, remember } from "@pdiem/bridge/facts/set-history";
import { type Codec, decode, encode } from "@pdiem/light-client/codec/bcs";
import { trustedState, trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import { grandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { MOST_SETS } from "../misbehaviour/sets-keeper.js";

/**
 * This process's own light clients. Several tasks move them on at once: each chain's only ever
 * goes forward.
 */
export interface LightClientKeeper {
  readonly get: () => LightClientState;
  /**
   * Gives the same, with the sets that were left in this process's time: what facts are verified
   * by.
   */
  readonly own: () => OwnSets;
  /**
   * Keeps of each chain whichever is newer.
   * @param left sets that the step has gone past, where it tells them
   */
  readonly offer: (state: Partial<LightClientState>, left?: Partial<LeftSets>) => void;
  /**
   * Tells where they were `MOST_SETS` sets ago, or at the start. The next process begins there, and
   * so goes through the latest sets as well: misbehaviour is looked for among those. The same
   * objects as long as they are where they were.
   */
  readonly earlier: () => LightClientState;
}

type DiemState = LightClientState["diem"];

const isNewerDiem = (offered: DiemState, kept: DiemState): boolean => {
  const difference = trustedVersion(offered) - trustedVersion(kept);
  // A waypoint alone names no validators, so at the same version the state that does is worth more.
  return difference > 0n || (difference === 0n && offered.type === "epochState");
};

const isNewerRelay = (offered: LightClientState["relay"], kept: LightClientState["relay"]): boolean =>
  offered.finalized.number > kept.finalized.number;

/** Keeps of each chain whichever is newer. */
const newer = (kept: LightClientState, { diem, relay }: Partial<LightClientState>): LightClientState => ({
  diem: diem !== undefined && isNewerDiem(diem, kept.diem) ? diem : kept.diem,
  relay: relay !== undefined && isNewerRelay(relay, kept.relay) ? relay : kept.relay,
});

/** A waypoint says nothing of its epoch. */
const epochOf = (state: DiemState): bigint => (state.type === "epochState" ? state.value.epochState.epoch : 0n);

/**
 * Keeps the states in which the latest sets were first known.
 * @param numberOf a set's number, which rises
 */
const keepTrail = <S>(initial: S, codec: Codec<S>, numberOf: (state: S) => bigint) => {
  const trail: S[] = [initial];
  return {
    oldest: (): S => trail[0] ?? initial,
    add: (state: S): void => {
      const number = numberOf(state);
      if (number <= numberOf(trail.at(-1) ?? initial)) return;
      // A copy: it is a view of the answer that it was verified from, which would stay in memory
      // with it.
      trail.push(decode(codec, encode(codec, state)));
      for (let next = trail[1]; next !== undefined && number - numberOf(next) >= MOST_SETS; next = trail[1])
        trail.shift();
    },
  };
};

/** @param initial from the configuration's roots, or from an earlier process of this operator's */
export const keepLightClients = (initial: LightClientState): LightClientKeeper => {
  let own: OwnSets = { lightClients: initial, setHistory: EMPTY_SET_HISTORY };
  const diemTrail = keepTrail(initial.diem, trustedState, epochOf);
  const relayTrail = keepTrail(initial.relay, grandpaState, ({ setId }) => setId);
  return {
    get: () => own.lightClients,
    own: () => own,
    offer: (state, { diem = [], relay = [] } = {}) => {
      const lightClients = newer(own.lightClients, state);
      own = { lightClients, setHistory: remember(own.setHistory, { diem, relay }, {}) };
      diemTrail.add(lightClients.diem);
      relayTrail.add(lightClients.relay);
    },
    earlier: () => ({ diem: diemTrail.oldest(), relay: relayTrail.oldest() }),
  };
};
