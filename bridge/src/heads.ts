/** What the bridge's light clients trust so far. */
import { type Codec, struct } from "@pdiem/light-client/codec/bcs";
import { type TrustedState, trustedState, trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { type GrandpaState, grandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import type { BridgeConfig } from "./config.js";

export interface Heads {
  readonly diem: TrustedState;
  readonly relay: GrandpaState;
}

export const heads: Codec<Heads> = struct<Heads>({ diem: trustedState, relay: grandpaState });

/** The roots of trust that the configuration names. Going back to them loses nothing but the way already proven. */
export const initialHeads = ({ diem, relay }: BridgeConfig): Heads => ({
  diem: trustedStateOf(diem.waypoint),
  relay,
});
