import { writeFileSync } from "node:fs";
import { bridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { parseBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { readJson } from "./json-file.js";
import type { Output } from "./output.js";

/** Takes the bridge's part of a relayer's configuration; anything else as it is. */
const bridgeIn = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "bridge" in value ? value.bridge : value;

/**
 * Writes a bridge's configuration in the form that an enclave reads: BCS.
 * @throws ConfigError of `readJson`; DecodeError and RefusedError of `parseBridgeConfig`
 */
export const encodeConfigCommand = (
  file: string,
  to: string,
  { json }: { readonly json?: boolean },
  output: Output,
): void => {
  const config = parseBridgeConfig(bridgeIn(readJson(file)));
  writeFileSync(to, encode(bridgeConfig, config));
  const id = `0x${toHex(bridgeId(config))}`;
  output.out(json === true ? JSON.stringify({ file: to, bridgeId: id }) : `bridge ${id}`);
};
