/** Breaking the bridge's source and letting the model loose on it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { rolldown } from "rolldown";
import type { Mutant } from "./mutant.js";
import type { Found, Search } from "./worker.js";

/** Found from the sources and from what is compiled of them. */
const rootFrom = (folder: string): string =>
  existsSync(join(folder, "vitest.config.mjs")) ? folder : rootFrom(dirname(folder));
const root = rootFrom(dirname(fileURLToPath(import.meta.url)));

/** One piece of a source, and what comes in its place. */
type Change = Pick<Mutant, "name" | "from" | "to">;

/** @throws Error unless what is to be broken stands there once */
const broken = ({ name, from, to }: Change, source: string): string => {
  const parts = source.split(from);
  if (parts.length !== 2)
    throw new Error(`expected the mutant "${name}" to find its place once, found ${parts.length - 1}`);
  return parts.join(to);
};

/**
 * Bundles a program with one file changed.
 * @param changed the file, and `program`, from the root on
 * @param file where the bundle goes
 */
const bundle = async (mutant: Change, changed: string, program: string, file: string): Promise<void> => {
  const path = join(root, changed);
  const build = await rolldown({
    cwd: root,
    input: join(root, program),
    platform: "node",
    external: /^node:/,
    resolve: { conditionNames: ["source", "module", "node", "import", "default"] },
    tsconfig: false,
    plugins: [
      {
        name: "mutant",
        load: (id) =>
          id === path ? { code: broken(mutant, readFileSync(path, "utf8")), moduleType: "ts" } : undefined,
      },
    ],
  });
  await build.write({ file, format: "esm", codeSplitting: false });
  await build.close();
};

const runThread = (file: string, search: unknown): Promise<Found> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: search });
    worker.once("message", resolve);
    worker.once("error", reject);
  });

/** Runs a program with one file changed in a thread of its own, which tells what it finds. */
export const runChanged = async (change: Change, changed: string, program: string, search: unknown): Promise<Found> => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-mutant-"));
  const file = join(folder, "model.mjs");
  try {
    await bundle(change, changed, program, file);
    return await runThread(file, search);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Runs the model on a mutant; undefined where it finds nothing wrong. */
export const runMutant = (mutant: Mutant, most: number, seed = mutant.seed): Promise<Found> => {
  const search: Search = { seed, theme: mutant.theme, most };
  return runChanged(mutant, `bridge/src/${mutant.file}`, "test/model/mutants/worker.ts", search);
};
