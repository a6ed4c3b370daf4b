/** The runtime that comes with a package: `statemine` 900, as `rococo_v2_2_asset_hub` starts. */
import { fromHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { chainSpec } from "@substrate/connect-known-chains/rococo_v2_2_asset_hub";
import { withChanges } from "../trie/trie.js";
import type { HubRuntime } from "./hub-runtime.js";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const field = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);

const expectText = (value: unknown, name: string): string => {
  if (typeof value !== "string") throw new DecodeError("decode/chain-spec", `expected a text as ${name}`);
  return value;
};

const expectNumber = (value: unknown, name: string): number => {
  if (typeof value !== "number") throw new DecodeError("decode/chain-spec", `expected a number as ${name}`);
  return value;
};

/** @throws DecodeError `decode/chain-spec` if the package's chain specification isn't one */
export const statemine900 = (): HubRuntime => {
  const spec: unknown = JSON.parse(chainSpec);
  const top = field(spec, "genesis", "raw", "top");
  if (!isRecord(top)) throw new DecodeError("decode/chain-spec", "expected a raw genesis");
  return {
    name: expectText(field(spec, "name"), "name"),
    specVersion: 900,
    properties: {
      tokenDecimals: expectNumber(field(spec, "properties", "tokenDecimals"), "tokenDecimals"),
      tokenSymbol: expectText(field(spec, "properties", "tokenSymbol"), "tokenSymbol"),
    },
    paraId: expectNumber(field(spec, "para_id"), "para_id"),
    state: withChanges(
      undefined,
      Object.entries(top).map(([key, value]) => [fromHex(key), fromHex(expectText(value, key))] as const),
    ),
    stateVersion: 0,
    slotDuration: 12_000,
    blockPeriod: 6_000,
    claimsEverySlot: false,
    accountFlags: 0n,
    splitsMessages: false,
    compactWeights: false,
    relayParent: undefined,
  };
};
