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
  const path = ["chromium-headless-shell", "chromium"]
    .map((name) => join(root, "usr", "lib", "chromium", name))
    .find((one) => existsSync(one));
  if (path === undefined) return undefined;
  const fonts = join(root, "etc", "fonts", "fonts.conf");
  return {
    path,
    env: {
      LD_LIBRARY_PATH: libraryFolders(root),
      // A machine that has fonts of its own keeps its own configuration of them.
      ...(existsSync(fonts) ? { FONTCONFIG_SYSROOT: root } : {}),
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
    unpackPackages(target, ["chromium-headless-shell", "fonts-dejavu-core", "fontconfig-config"], say);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`No Chromium found, and unpacking Debian's package failed (${reason}). ${HOW_TO}`, { cause });
  }
  const fresh = unpacked(target);
  if (fresh === undefined) throw new Error(`Debian's package held no browser. ${HOW_TO}`);
  return fresh;
};
