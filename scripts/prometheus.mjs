// @ts-check
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, canUnpack, libraryFolders, onPath, unpackPackages } from "./debian.mjs";

/**
 * Prometheus' own checkers, and the folders of libraries that they need beside the machine's.
 * @typedef {{ promtool: string, amtool: string, libraries: string | undefined }} PrometheusTools
 */

const PACKAGES = ["prometheus", "prometheus-alertmanager"];

/** @param {string} root @returns {PrometheusTools | undefined} */
const unpacked = (root) => {
  const [promtool, amtool] = ["promtool", "amtool"].map((name) => join(root, "usr", "bin", name));
  return promtool !== undefined && amtool !== undefined && existsSync(promtool) && existsSync(amtool)
    ? { promtool, amtool, libraries: libraryFolders(root) }
    : undefined;
};

const target = () => join(cacheFolder(), "prometheus");

/**
 * Finds promtool and amtool on PATH, or where they were unpacked before.
 * @returns {PrometheusTools | undefined}
 */
export const presentPrometheusTools = () => {
  const [promtool, amtool] = [onPath("promtool"), onPath("amtool")];
  return promtool !== undefined && amtool !== undefined
    ? { promtool, amtool, libraries: undefined }
    : unpacked(target());
};

/**
 * Finds promtool and amtool, or unpacks Debian's packages of them into the user's cache folder.
 * @param {(text: string) => void} [say] told what takes time
 * @returns {PrometheusTools}
 * @throws Error that says what to do when there is no way to get them
 */
export const findPrometheusTools = (say = () => {}) => {
  const present = presentPrometheusTools();
  if (present !== undefined) return present;
  if (!canUnpack()) throw new Error("promtool and amtool aren't on PATH: install Prometheus and Alertmanager");
  unpackPackages(target(), PACKAGES, say);
  const fresh = presentPrometheusTools();
  if (fresh === undefined) throw new Error(`Debian's packages ${PACKAGES.join(", ")} held no promtool and amtool`);
  return fresh;
};
