/**
 * Runtimes that tests may run beside the one that comes with a package: PDIEM_RUNTIMES names a
 * folder of them.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Gives the path of a runtime; undefined where the folder or the file is missing. */
export const runtimeFile = (name: string): string | undefined => {
  const file = join(process.env.PDIEM_RUNTIMES ?? "", `${name}.wasm`);
  return process.env.PDIEM_RUNTIMES !== undefined && existsSync(file) ? file : undefined;
};
