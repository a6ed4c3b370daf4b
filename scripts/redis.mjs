// @ts-check
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, canUnpack, libraryFolders, onPath, unpackPackages } from "./debian.mjs";

/**
 * Where Redis comes from: a server that runs already, or a program to start.
 * @typedef {{ kind: "url", url: string } | { kind: "program", path: string, libraries: string | undefined }} Redis
 */

const SERVERS = ["redis-server", "valkey-server"];

/** @param {string} root @returns {Redis | undefined} */
const unpacked = (root) => {
  const path = join(root, "usr", "bin", "redis-server");
  return existsSync(path) ? { kind: "program", path, libraries: libraryFolders(root) } : undefined;
};

const HOW_TO =
  "Install Redis 6.2 or newer (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), or set REDIS_URL to one that runs.";

/**
 * Finds Redis: `REDIS_URL`, a server on PATH, or Debian's package unpacked into the user's cache folder.
 * @param {(text: string) => void} [say] told what takes time
 * @returns {Redis}
 * @throws Error that says what to do when there is no way to get one
 */
export const findRedis = (say = () => {}) => {
  const url = process.env.REDIS_URL;
  if (url) return { kind: "url", url };
  for (const name of SERVERS) {
    const path = onPath(name);
    if (path !== undefined) return { kind: "program", path, libraries: undefined };
  }
  const target = join(cacheFolder(), "redis");
  const cached = unpacked(target);
  if (cached !== undefined) return cached;
  if (!canUnpack())
    throw new Error(`No Redis found: REDIS_URL isn't set and none of ${SERVERS.join(", ")} is on PATH. ${HOW_TO}`);
  try {
    unpackPackages(target, ["redis-server"], say);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`No Redis found, and unpacking Debian's package failed (${reason}). ${HOW_TO}`, { cause });
  }
  const fresh = unpacked(target);
  if (fresh === undefined) throw new Error(`Debian's redis-server package held no usr/bin/redis-server. ${HOW_TO}`);
  return fresh;
};
