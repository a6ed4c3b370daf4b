import type { Heads } from "@pdiem/bridge/facts/light-client-state";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { HeadsStatus } from "./api.js";
import { hexText } from "./hex-text.js";

/** Heads as a relayer gets to see them. */
export const headsStatus = ({ diem, relay }: Heads): HeadsStatus => ({
  diem: {
    version: trustedVersion(diem).toString(),
    ...(diem.type === "epochState" ? { epoch: diem.value.epochState.epoch.toString() } : {}),
  },
  relay: {
    setId: relay.setId.toString(),
    number: relay.finalized.number,
    hash: hexText(relay.finalized.hash),
  },
});
