/** What a relayer keeps on its disk, as a backup has it. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { type LightClientState, lightClientState } from "@pdiem/bridge/facts/light-client-state";
import { makeFolder } from "@pdiem/bridge-client/make-folder";
import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { Config } from "../../config.js";
import { lightClientFile } from "../../sync/light-clients/kept-light-clients.js";
import { formatPreimage, parsePreimage, preimageFile } from "../../sync/transfers/preimage-file.js";
import { writeWhole } from "../../write-whole.js";

const MOST_FILES = 200;

const missing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

/** Undefined where there is no such file. */
const readIfThere = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (missing(error)) return undefined;
    throw error;
  }
};

const namesIn = async (folder: string, prefix: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch((error: unknown) => {
    if (missing(error)) return [];
    throw error;
  });
  return names.filter((name) => name.startsWith(prefix) && name.endsWith(".json")).slice(0, MOST_FILES);
};

/** Reads files whose names begin and end so, each as a part. */
export const readFolder = async (
  kind: string,
  folder: string,
  prefix: string,
): Promise<readonly (readonly [string, Uint8Array])[]> => {
  const read = (await namesIn(folder, prefix)).map(async (name) => {
    const bytes = await readIfThere(join(folder, name));
    return bytes === undefined ? [] : [[`${kind}/${name}`, bytes] as const];
  });
  return (await Promise.all(read)).flat();
};

/** Writes a part as a file, unless there is any of that name. @returns whether it did */
export const writeIfMissing = async (
  folder: string,
  name: string,
  bytes: Uint8Array,
  isDryRun: boolean,
): Promise<boolean> => {
  const path = join(folder, name);
  if ((await readIfThere(path)) !== undefined) return false;
  if (isDryRun) return true;
  await makeFolder(folder, 0o700);
  await writeWhole(path, bytes, 0o600);
  return true;
};

/** Lists the preimages known on the disk and in Redis, one a line. */
export const readPreimages = async (
  { bridge, state }: Pick<Config, "bridge" | "state">,
  shared: readonly string[],
): Promise<Uint8Array> => {
  const kept = await preimageFile(state.folder, bridgeId(bridge)).load();
  const lines = new Set([...kept, ...shared.flatMap((text) => parsePreimage(text) ?? [])].map(formatPreimage));
  return new TextEncoder().encode([...lines].map((line) => `${line}\n`).join(""));
};

/** Adds preimages that are missing on the disk. @returns all of them, and how many were missing */
export const addPreimages = async (
  { bridge, state }: Pick<Config, "bridge" | "state">,
  part: Uint8Array,
  isDryRun: boolean,
): Promise<{ readonly all: readonly string[]; readonly added: number }> => {
  const file = preimageFile(state.folder, bridgeId(bridge));
  const known = new Set((await file.load()).map(formatPreimage));
  const told = new TextDecoder()
    .decode(part)
    .split("\n")
    .flatMap((line) => parsePreimage(line) ?? []);
  const fresh = told.filter((one) => !known.has(formatPreimage(one)));
  if (fresh.length > 0 && !isDryRun) await file.append(fresh);
  return { all: told.map(formatPreimage), added: fresh.length };
};

/** Undefined where nothing usable is kept. */
export const readLightClients = (config: Pick<Config, "bridge" | "state">): Uint8Array | undefined => {
  const kept = lightClientFile(config).read();
  return kept.type === "value" ? encode(lightClientState, kept.value) : undefined;
};

const isFurther = (one: LightClientState, other: LightClientState): boolean => {
  const [version, otherVersion] = [trustedVersion(one.diem), trustedVersion(other.diem)];
  const isBehind = version < otherVersion || one.relay.finalized.number < other.relay.finalized.number;
  return !isBehind && (version > otherVersion || one.relay.finalized.number > other.relay.finalized.number);
};

/**
 * Puts light clients back where none are kept, or those kept are behind on both chains.
 * @returns whether it did
 */
export const restoreLightClients = async (
  config: Pick<Config, "bridge" | "state">,
  part: Uint8Array,
  isDryRun: boolean,
): Promise<boolean> => {
  const file = lightClientFile(config);
  const backed = decode(lightClientState, part);
  const kept = file.read();
  if (kept.type === "value" && !isFurther(backed, kept.value)) return false;
  if (!isDryRun) await file.write(backed);
  return true;
};

/** Names the prefix of the files that belong to a bridge's evidence. */
export const evidencePrefix = (config: Pick<Config, "bridge">): string =>
  `misbehaviour-${toHex(bridgeId(config.bridge)).slice(0, 16)}-`;
