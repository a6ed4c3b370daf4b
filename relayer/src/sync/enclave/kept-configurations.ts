/**
 * The configurations that this relayer has served, on its disk. An enclave of another bridge is
 * told by the field in which the two differ. An enclave's own status has their hash alone.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { makeFolder } from "@pdiem/bridge-client/make-folder";
import { toHex } from "@pdiem/light-client/bytes";
import { writeWhole } from "../../write-whole.js";

export interface KeptConfigurations {
  /** Keeps the relayer's own. @throws the platform's error */
  readonly keep: () => Promise<void>;
  /**
   * Lists how the relayer's own differs from the one of a bridge. Where that is left out, it is
   * compared with the bridge served last. Undefined where no such configuration is kept.
   * @param id 32 bytes
   */
  readonly changesFrom: (id?: Uint8Array) => Promise<readonly string[] | undefined>;
}

const PREFIX = "configuration-";
const MOST_BYTES = 16_000_000;
const MOST_TOLD = 5;
const LONGEST = 80;

const fileOf = (id: Uint8Array): string => `${PREFIX}${toHex(id).slice(0, 16)}.json`;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const shown = (value: unknown): string => {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};

const nameOf = (path: string, key: string, isList: boolean): string =>
  isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;

/** Finds each field in which two JSON values differ, as `relay.finalized.number: was 1, is 2`. */
export const differences = (was: unknown, is: unknown, path = ""): readonly string[] => {
  if (!isObject(was) || !isObject(is) || Array.isArray(was) !== Array.isArray(is))
    return Object.is(was, is) ? [] : [`${path}: was ${shown(was)}, is ${shown(is)}`];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return keys.flatMap((key) => differences(was[key], is[key], nameOf(path, key, Array.isArray(was))));
};

const inShort = (fields: readonly string[]): readonly string[] =>
  fields.length <= MOST_TOLD ? fields : [...fields.slice(0, MOST_TOLD), `and ${fields.length - MOST_TOLD} more`];

const readJson = async (path: string): Promise<unknown> => {
  try {
    if ((await stat(path)).size > MOST_BYTES) return undefined;
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    // Missing, or not what was written here: nothing to compare with.
    return undefined;
  }
};

/** Finds the file that was written last, but for one. */
const newestBut = async (folder: string, own: string): Promise<string | undefined> => {
  const names = await readdir(folder).catch(() => []);
  const others = names.filter((name) => name.startsWith(PREFIX) && name.endsWith(".json") && name !== own);
  const dated = await Promise.all(
    others.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  return dated.sort((a, b) => b.at - a.at)[0]?.name;
};

/** @param folder of the operator's own; made when it is first needed */
export const keptConfigurations = (folder: string, config: BridgeConfig): KeptConfigurations => {
  const own = fileOf(bridgeId(config));
  const ours = formatBridgeConfig(config);
  return {
    keep: async () => {
      await makeFolder(folder, 0o700);
      await writeWhole(join(folder, own), `${JSON.stringify(ours, undefined, 2)}\n`, 0o600);
    },
    changesFrom: async (id) => {
      const name = id === undefined ? await newestBut(folder, own) : fileOf(id);
      const kept = name === undefined ? undefined : await readJson(join(folder, name));
      return kept === undefined ? undefined : inShort(differences(kept, ours));
    },
  };
};
