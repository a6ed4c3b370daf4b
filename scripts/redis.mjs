// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * Where Redis comes from: a server that runs already, or a program to start.
 * @typedef {{ kind: "url", url: string } | { kind: "program", path: string, libraries: string | undefined }} Redis
 */

const SERVERS = ["redis-server", "valkey-server"];

/** @param {string} name */
const onPath = (name) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

const cacheFolder = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pdiem");

/**
 * Runs a program and returns its output.
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 */
const run = (command, args, cwd) => {
  const result = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 180_000, maxBuffer: 1 << 26 });
  if (result.status !== 0)
    throw new Error(`${command} ${args[0]} failed: ${result.error?.message ?? result.stderr.trim().slice(-500)}`);
  return result.stdout;
};

/**
 * The shared libraries of an unpacked Debian tree: usr/lib and its one folder per architecture.
 * @param {string} root
 */
const libraryFolders = (root) => {
  const base = join(root, "usr", "lib");
  if (!existsSync(base)) return base;
  const folders = readdirSync(base, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [base, ...folders.map((entry) => join(base, entry.name))].join(delimiter);
};

/** @param {string} root @returns {Redis | undefined} */
const unpacked = (root) => {
  const path = join(root, "usr", "bin", "redis-server");
  return existsSync(path) ? { kind: "program", path, libraries: libraryFolders(root) } : undefined;
};

/**
 * Downloads Debian's redis-server with the libraries this machine lacks and unpacks them; needs no root and installs nothing.
 * @param {string} target
 * @param {(text: string) => void} say
 */
const unpackDebianPackage = (target, say) => {
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), "unpack-"));
  try {
    const lists = join(work, "lists");
    const archives = join(work, "archives");
    mkdirSync(join(lists, "partial"), { recursive: true });
    mkdirSync(join(archives, "partial"), { recursive: true });
    const options = [
      ["Dir::State::lists", lists],
      ["Dir::Cache", work],
      ["Dir::Cache::archives", archives],
      ["Debug::NoLocking", "1"],
      ["APT::Sandbox::User", ""],
    ].flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    say("Redis: reading Debian's package list");
    run("apt-get", ["-qq", ...options, "update"]);
    const uris = run("apt-get", [
      "-qq",
      ...options,
      "install",
      "--print-uris",
      "--no-install-recommends",
      "redis-server",
    ]);
    const packages = [...uris.matchAll(/^'[^']*\/([^/_']+)_[^/']*\.deb'/gm)].map((match) =>
      decodeURIComponent(match[1] ?? ""),
    );
    say(`Redis: downloading ${packages.join(", ")}`);
    run("apt-get", ["-qq", ...options, "download", ...packages], archives);
    const root = join(work, "root");
    mkdirSync(root);
    for (const file of readdirSync(archives).filter((name) => name.endsWith(".deb")))
      run("dpkg-deb", ["-x", join(archives, file), root]);
    rmSync(target, { recursive: true, force: true });
    renameSync(root, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
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
  if (onPath("apt-get") === undefined || onPath("dpkg-deb") === undefined)
    throw new Error(`No Redis found: REDIS_URL isn't set and none of ${SERVERS.join(", ")} is on PATH. ${HOW_TO}`);
  try {
    unpackDebianPackage(target, say);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`No Redis found, and unpacking Debian's package failed (${reason}). ${HOW_TO}`, { cause });
  }
  const fresh = unpacked(target);
  if (fresh === undefined) throw new Error(`Debian's redis-server package held no usr/bin/redis-server. ${HOW_TO}`);
  return fresh;
};
