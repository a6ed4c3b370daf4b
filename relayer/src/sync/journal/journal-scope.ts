import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { JournalScope } from "@pdiem/bridge-client/journal/journal";
import { anchorAsset } from "@pdiem/bridge/settlement/settle";
import type { Config } from "../../config.js";

/** What the bridge's journal is found by. @param issuer the enclave's public key */
export const journalScope = ({ bridge }: Config, issuer: Uint8Array): JournalScope => ({
  bridgeId: bridgeId(bridge),
  issuer,
  asset: anchorAsset(bridge),
  profiles: [bridge.parachain.profile],
});
