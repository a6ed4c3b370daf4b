// @ts-check
import { existsSync, statSync } from "node:fs";

/** Packages whose code is in the bundle. */
const PACKAGES = ["light-client", "chain-formats", "bridge", "enclave", "enclave-verifier", "bridge-client", "relayer"];

const ROOT = new URL("../../", import.meta.url);

/** Names where the bundle begins: the whole command in fewer files, which load in half the time. */
export const bundleIn = (root = ROOT) => new URL("relayer/dist/bundle/main.js", root);

/** Tells whether the bundle is as new as all that is compiled. */
export const isBundleFresh = (root = ROOT) => {
  const bundle = bundleIn(root);
  if (!existsSync(bundle)) return false;
  const { mtimeMs } = statSync(bundle);
  // The compiler writes it whenever it has changed something of a package. Images have none.
  const compiled = PACKAGES.map((name) => new URL(`${name}/dist/.tsbuildinfo`, root));
  return compiled.every((file) => !existsSync(file) || statSync(file).mtimeMs <= mtimeMs);
};

/** Names the file that the command begins with: what is compiled, where the bundle is older. */
export const programIn = (root = ROOT) =>
  isBundleFresh(root) ? bundleIn(root) : new URL("relayer/dist/cli/main.js", root);
