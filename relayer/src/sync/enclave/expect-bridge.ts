import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { EnclaveError } from "../../error.js";

/**
 * Refuses an enclave that has another bridge's key. What it is asked for it would refuse again and
 * again, for reasons that name no mistake.
 * @throws EnclaveError `enclave/other-bridge`
 */
export const expectBridge = (config: BridgeConfig, role: { readonly bridgeId: Uint8Array }): void => {
  const ours = bridgeId(config);
  if (equal(role.bridgeId, ours)) return;
  throw new EnclaveError(
    "enclave/other-bridge",
    `expected the enclave of bridge 0x${toHex(ours)}, as the configuration says, got the one of 0x${toHex(role.bridgeId)}`,
    "backoff",
  );
};
