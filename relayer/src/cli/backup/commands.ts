import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { Redis } from "ioredis";
import { type Config, readConfig } from "../../config.js";
import { ConfigError } from "../../error.js";
import { faultOf } from "../../fault.js";
import { keyPrefix } from "../../stores/key-prefix.js";
import { writeWhole } from "../../write-whole.js";
import { readText } from "../json-file.js";
import type { Output } from "../output.js";
import { describeParts, formatBackup, MAX_BACKUP_BYTES, type Parts, parseBackup } from "./backup-file.js";
import { addRedisParts, REDIS_PARTS, readRedisParts, sharedPreimages, sharePreimages } from "./redis-parts.js";
import {
  addPreimages,
  evidencePrefix,
  readFolder,
  readLightClients,
  readPreimages,
  restoreLightClients,
  writeIfMissing,
} from "./state-parts.js";

export interface BackupOptions {
  readonly config: string;
  /** The enclave's `--data`, where it runs beside. */
  readonly enclave?: string;
  /** False where Redis is passed over. */
  readonly redis: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const SEALED = "sealed";
const LIGHT_CLIENTS = "state/light-clients";
const PREIMAGES = "state/withdrawal-accounts";

const idOf = ({ bridge }: Pick<Config, "bridge">): string => toHex(bridgeId(bridge));

/** Works with Redis as it is now; nothing waits for one that is away. */
const withRedis = async <T>({ redis: { url } }: Config, work: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy: () => null });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
  } catch (cause) {
    const reason = faultOf(cause)?.message ?? String(cause);
    throw new PdiemError("redis/away", `expected Redis at redis.url: ${reason}. --no-redis does without`, "backoff", {
      cause,
    });
  }
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
};

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

const collectRedis = (config: Config): Promise<{ readonly parts: Parts; readonly preimages: readonly string[] }> =>
  withRedis(config, async (redis) => {
    const prefix = keyPrefix(config);
    const found = await readRedisParts(redis, prefix);
    return {
      parts: new Map(Object.entries(found).map(([name, value]) => [`redis/${name}`, json(value)])),
      preimages: await sharedPreimages(redis, prefix),
    };
  });

const readSealed = (folder: string): Uint8Array => {
  try {
    return new Uint8Array(readFileSync(join(folder, SEALED)));
  } catch (cause) {
    throw new ConfigError("config/unreadable", `expected an enclave's sealed file in ${folder}: ${String(cause)}`);
  }
};

const collect = async (config: Config, { enclave, redis }: BackupOptions): Promise<Parts> => {
  const shared = redis ? await collectRedis(config) : { parts: new Map<string, Uint8Array>(), preimages: [] };
  const clients = readLightClients(config);
  return new Map([
    [PREIMAGES, await readPreimages(config, shared.preimages)],
    ...(clients === undefined ? [] : [[LIGHT_CLIENTS, clients] as const]),
    ...(await readFolder("state", config.state.folder, "configuration-")),
    ...(await readFolder("evidence", config.misbehaviour.folder, evidencePrefix(config))),
    ...shared.parts,
    ...(enclave === undefined ? [] : [[`enclave/${SEALED}`, readSealed(enclave)] as const]),
  ]);
};

/**
 * Writes one file with all that can't be made again from the chains.
 * @throws PdiemError `redis/away`; ConfigError `config/unreadable`, `config/unwritable`; those of
 * `readConfig`
 */
export const backupCommand = async (to: string, options: BackupOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const parts = await collect(config, options);
  const manifest = describeParts(idOf(config), new Date(), parts);
  await writeWhole(to, formatBackup(manifest, parts), 0o600).catch((cause: unknown) => {
    throw new ConfigError("config/unwritable", `expected to write ${to}: ${String(cause)}`, "never", { cause });
  });
  if (options.json === true) output.out(JSON.stringify(manifest));
  else {
    for (const { name, bytes, sha256 } of manifest.parts)
      output.out(`${name.padEnd(44)} ${String(bytes).padStart(9)} bytes  ${sha256.slice(0, 16)}…`);
    output.out(`${to}: ${manifest.parts.length} parts of the bridge ${manifest.bridgeId}`);
  }
};

const readBackup = (path: string): string => {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_BACKUP_BYTES)
    throw new PdiemError("backup/form", `expected ${MAX_BACKUP_BYTES} bytes at most, ${path} has ${size}`, "never");
  return readText(path);
};

/** What became of a part. */
interface Restored {
  readonly name: string;
  readonly outcome: string;
}

const KEPT = "left: what is there is as new, or newer";

const restoreOne = async (
  config: Config,
  { enclave, dryRun = false }: BackupOptions,
  name: string,
  bytes: Uint8Array,
): Promise<string> => {
  const [kind = "", file = ""] = name.split("/");
  if (name === LIGHT_CLIENTS) return (await restoreLightClients(config, bytes, dryRun)) ? "restored" : KEPT;
  const folders: Readonly<Record<string, string | undefined>> = {
    state: config.state.folder,
    evidence: config.misbehaviour.folder,
    enclave,
  };
  const folder = folders[kind];
  if (folder === undefined) return "left: --enclave names no folder for it";
  return (await writeIfMissing(folder, file, bytes, dryRun)) ? "restored" : "left: there is one already";
};

const restoreFiles = async (config: Config, options: BackupOptions, parts: Parts): Promise<readonly Restored[]> => {
  const restored: Restored[] = [];
  for (const [name, bytes] of parts)
    if (name !== PREIMAGES && !name.startsWith("redis/"))
      restored.push({ name, outcome: await restoreOne(config, options, name, bytes) });
  return restored;
};

const partOf = (parts: Parts, name: keyof typeof REDIS_PARTS): unknown => {
  const bytes = parts.get(`redis/${name}`);
  return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
};

const restoreRedis = async (
  config: Config,
  { dryRun = false }: BackupOptions,
  parts: Parts,
  preimages: readonly string[],
): Promise<readonly Restored[]> => {
  const decisions = REDIS_PARTS.decisions.parse(partOf(parts, "decisions") ?? []);
  const checkpoints = REDIS_PARTS.checkpoints.parse(partOf(parts, "checkpoints") ?? []);
  const none = { feeClaims: [], thaws: [], registrations: [] };
  const requests = REDIS_PARTS.requests.parse(partOf(parts, "requests") ?? none);
  const prefix = keyPrefix(config);
  if (!dryRun)
    await withRedis(config, async (redis) => {
      await addRedisParts(redis, prefix, { decisions, checkpoints, requests });
      await sharePreimages(redis, prefix, preimages);
    });
  const { feeClaims, thaws, registrations } = requests;
  const asked = feeClaims.length + thaws.length + registrations.length;
  return [
    { name: "redis/decisions", outcome: `${decisions.length} put with those that are there` },
    { name: "redis/checkpoints", outcome: `${checkpoints.length} put with those that are there` },
    { name: "redis/requests", outcome: `${asked} asked for again` },
  ];
};

/**
 * Puts back what a backup has and is missing. It overwrites nothing that is as new, or newer.
 * @throws PdiemError `backup/form`, `backup/damaged`, `backup/other-bridge`, `redis/away`; those of
 * `readConfig`
 */
export const restoreCommand = async (from: string, options: BackupOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const { dryRun = false } = options;
  const { manifest, parts } = parseBackup(readBackup(from), idOf(config));
  const { all, added } = await addPreimages(config, parts.get(PREIMAGES) ?? new Uint8Array(), dryRun);
  const restored: readonly Restored[] = [
    { name: PREIMAGES, outcome: `${added} of ${all.length} were missing` },
    ...(await restoreFiles(config, options, parts)),
    ...(options.redis ? await restoreRedis(config, options, parts, all) : []),
  ];
  if (options.json === true) output.out(JSON.stringify({ madeAt: manifest.madeAt, dryRun, parts: restored }));
  else {
    output.out(`made at ${manifest.madeAt}${dryRun ? "; a dry run: nothing is written" : ""}`);
    for (const { name, outcome } of restored) output.out(`${name.padEnd(44)} ${outcome}`);
  }
};
