// @ts-check
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, canUnpack, libraryFolders, onPath, unpackPackages } from "./debian.mjs";

/**
 * A browser to start, and the environment that it wants.
 * @typedef {{ path: string, env: Readonly<Record<string, string>> }} Chromium
 */

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

const HOW_TO = "Install Chromium (Debian: apt-get install chromium), or set CHROMIUM to one.";

/** @param {string} root @returns {Chromium | undefined} */
const unpacked = (root) => {
  const path = join(root, "usr", "lib", "chromium", "chromium");
  if (!existsSync(path)) return undefined;
  return {
    path,
    env: {
      LD_LIBRARY_PATH: libraryFolders(root),
      FONTCONFIG_SYSROOT: root,
      FONTCONFIG_PATH: "/etc/fonts",
      XDG_DATA_DIRS: join(root, "usr", "share"),
    },
  };
};

/**
 * Finds Chromium: `CHROMIUM`, a program on PATH, or Debian's package unpacked into the user's cache folder.
 * @param {(text: string) => void} [say] told what takes time
 * @returns {Chromium}
 * @throws Error that says what to do when there is no way to get one
 */
export const findChromium = (say = () => {}) => {
  const given = process.env.CHROMIUM;
  if (given) return { path: given, env: {} };
  for (const name of NAMES) {
    const path = onPath(name);
    if (path !== undefined) return { path, env: {} };
  }
  const target = join(cacheFolder(), "chromium");
  const cached = unpacked(target);
  if (cached !== undefined) return cached;
  if (!canUnpack()) throw new Error(`No Chromium found: none of ${NAMES.join(", ")} is on PATH. ${HOW_TO}`);
  try {
    unpackPackages(target, ["chromium", "fonts-dejavu-core"], say);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`No Chromium found, and unpacking Debian's package failed (${reason}). ${HOW_TO}`, { cause });
  }
  const fresh = unpacked(target);
  if (fresh === undefined) throw new Error(`Debian's chromium package held no usr/lib/chromium/chromium. ${HOW_TO}`);
  return fresh;
};
