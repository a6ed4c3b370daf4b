/** The enclave's program: one file, as TEEs measure it, where that is there. */
import { statSync } from "node:fs";

const root = new URL("../../../../", import.meta.url);
const BUNDLE = new URL("enclave/dist/bundle/simulated/enclave.mjs", root);
const MODULES = new URL("enclave/dist/main/simulated.js", root);

/** Each is written whenever the compiler has changed something of a package in the bundle. */
const COMPILED = ["light-client", "bridge", "enclave-verifier", "enclave"].map(
  (name) => new URL(`${name}/dist/.tsbuildinfo`, root),
);

const writtenAt = (file: URL): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

/**
 * Names its file: the bundle, which starts in a third of the time, where nothing was compiled
 * after it; the modules as they were compiled, otherwise.
 */
export const enclaveProgram = (): URL => {
  const bundled = writtenAt(BUNDLE);
  return bundled !== undefined && COMPILED.every((file) => (writtenAt(file) ?? 0) <= bundled) ? BUNDLE : MODULES;
};
