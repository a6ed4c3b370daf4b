import type { LightClientState } from "@pdiem/bridge/facts/light-client-state";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { LightClientStatus } from "../wire/light-client-status.js";

/** Tells how far light clients are. */
export const lightClientStatusOf = ({ diem, relay }: LightClientState): LightClientStatus => ({
  diem: {
    epoch: diem.type === "epochState" ? diem.value.epochState.epoch : undefined,
    version: trustedVersion(diem),
  },
  relay: { setId: relay.setId, number: relay.finalized.number, hash: relay.finalized.hash },
});
