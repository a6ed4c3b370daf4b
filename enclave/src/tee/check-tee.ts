import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { isSimulated } from "@pdiem/bridge/config/measurement";
import { RefusedError } from "@pdiem/bridge/error";
import { hexText } from "../hex-text.js";
import type { Tee } from "./tee.js";

/**
 * Checks that TEE and configuration fit. A simulated enclave serves configurations for simulated
 * ones alone, and a genuine one those for genuine ones. So no key that a host can read passes for
 * another. Which code and which genuine TEE it is, verifiers see from the evidence.
 * @throws RefusedError `refused/tee`
 */
export const checkTee = (config: BridgeConfig, { kind }: Pick<Tee, "kind">): void => {
  const isForSimulated = config.measurements.every(isSimulated);
  if (isForSimulated === (kind === "simulated")) return;
  throw new RefusedError(
    "refused/tee",
    `expected ${isForSimulated ? "a simulated TEE" : "a genuine TEE"} for bridge ${hexText(bridgeId(config))}, this is ${kind}: ` +
      "use a configuration whose measurements are of this kind, or a machine of theirs",
  );
};
