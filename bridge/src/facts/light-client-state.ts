/** What the bridge's light clients trust so far. */
import { type Decoded, struct } from "@pdiem/light-client/codec/bcs";
import { trustedState, trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { grandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import type { BridgeConfig } from "../config/bridge-config.js";

export const lightClientState = struct({ diem: trustedState, relay: grandpaState });
export type LightClientState = Decoded<typeof lightClientState>;

/**
 * Starts from the roots of trust that the configuration names. Going back to them loses nothing.
 */
export const initialLightClientState = ({ diem, relay }: BridgeConfig): LightClientState => ({
  diem: trustedStateOf(diem.waypoint),
  relay,
});
