import { bridgeId } from "@pdiem/bridge/config";
import type { JournalScope } from "@pdiem/bridge/journal";
import { anchorAsset } from "@pdiem/bridge/settlement";
import type { Config } from "../config.js";

/** What the bridge's journal is found by. @param issuer the enclave's public key */
export const journalScope = ({ bridge }: Config, issuer: Uint8Array): JournalScope => ({
  bridgeId: bridgeId(bridge),
  issuer,
  asset: anchorAsset(bridge),
  profiles: [bridge.parachain.profile],
});
