/** A chain's specification as nodes take it, with a raw genesis. */
import { fromHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { type Trie, withChanges } from "../trie/trie.js";
import type { HubRuntime } from "./hub-runtime.js";

export interface ChainSpec extends Pick<HubRuntime, "properties" | "paraId"> {
  readonly name: string;
  readonly state: Trie;
}

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

/** @throws DecodeError `decode/chain-spec` for what is no parachain's specification in JSON */
export const readChainSpec = (text: string): ChainSpec => {
  const spec: unknown = JSON.parse(text);
  const top = field(spec, "genesis", "raw", "top");
  if (!isRecord(top)) throw new DecodeError("decode/chain-spec", "expected a raw genesis");
  return {
    name: expectText(field(spec, "name"), "name"),
    properties: {
      tokenDecimals: expectNumber(field(spec, "properties", "tokenDecimals"), "tokenDecimals"),
      tokenSymbol: expectText(field(spec, "properties", "tokenSymbol"), "tokenSymbol"),
    },
    paraId: expectNumber(field(spec, "para_id"), "para_id"),
    state: withChanges(
      undefined,
      Object.entries(top).map(([key, value]) => [fromHex(key), fromHex(expectText(value, key))] as const),
    ),
  };
};
