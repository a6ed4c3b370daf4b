// @ts-check
// Debian's packages without root: downloaded, unpacked into the user's cache folder, and installed nowhere.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** @param {string} name */
export const onPath = (name) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

export const cacheFolder = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pdiem");

const TIMEOUT_MS = 600_000;

/**
 * Runs a program and returns its output.
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 */
const run = (command, args, cwd) => {
  const result = spawnSync(command, args, { cwd, encoding: "utf8", timeout: TIMEOUT_MS, maxBuffer: 1 << 26 });
  if (result.status !== 0)
    throw new Error(`${command} ${args[0]} failed: ${result.error?.message ?? result.stderr.trim().slice(-500)}`);
  return result.stdout;
};

/** @param {string} folder @returns {string[]} */
const foldersIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));

/**
 * The shared libraries of an unpacked Debian tree: usr/lib, its one folder per architecture, and what some packages
 * keep in folders of their own there.
 * @param {string} root
 */
export const libraryFolders = (root) => {
  const base = join(root, "usr", "lib");
  if (!existsSync(base)) return base;
  const architectures = foldersIn(base);
  return [base, ...architectures, ...architectures.flatMap(foldersIn)].join(delimiter);
};

/** Tells whether this machine can unpack Debian's packages. */
export const canUnpack = () => onPath("apt-get") !== undefined && onPath("dpkg-deb") !== undefined;

/**
 * Downloads packages with the libraries that this machine lacks, and unpacks them.
 * @param {string} target the folder that they come to be in; it is replaced whole
 * @param {readonly string[]} names
 * @param {(text: string) => void} say told what takes time
 */
export const unpackPackages = (target, names, say) => {
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
    say(`${names[0]}: reading Debian's package list`);
    run("apt-get", ["-qq", ...options, "update"]);
    const uris = run("apt-get", ["-qq", ...options, "install", "--print-uris", "--no-install-recommends", ...names]);
    const packages = [...uris.matchAll(/^'[^']*\/([^/_']+)_[^/']*\.deb'/gm)].map((match) =>
      decodeURIComponent(match[1] ?? ""),
    );
    say(`${names[0]}: downloading ${packages.length < 12 ? packages.join(", ") : `${packages.length} packages`}`);
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
