/** A bridge whose key three enclaves hold, of which two sign. */
import { createHash } from "node:crypto";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { HolderClass } from "../config/holders.js";
import type { Measurement } from "../config/measurement.js";
import { exampleConfig } from "./config.js";

/** Measurement of a simulated enclave that runs as one of that name. */
export const simulatedAs = (name: string): Measurement => ({
  tee: "simulated",
  value: new Uint8Array(createHash("sha3-256").update(`pdiem simulated enclave ${name}`).digest()),
});

/** A class of the simulated enclaves of one name. */
export const classOf = (name: string): HolderClass => ({ name, tees: [], simulated: [simulatedAs(name).value] });

/** Makes a configuration held by slots of these classes. */
export const heldBy = (
  slots: readonly string[],
  threshold: number,
  config: BridgeConfig = exampleConfig,
): BridgeConfig => {
  const names = [...new Set(slots)];
  return {
    ...config,
    measurements: names.map(simulatedAs),
    holders: { threshold, classes: names.map(classOf), slots },
  };
};

export const HELD_BY_THREE: BridgeConfig = heldBy(["a", "b", "c"], 2);
