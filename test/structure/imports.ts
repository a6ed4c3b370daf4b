/** Who imports whom in this repository: files by their paths from its root. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

export const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");

/** Lists a folder's TypeScript files, tests too. */
export const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/(?:^|\/)(?:dist|node_modules)\//.test(path))
    .map((path) => join(folder, path));

/** Finds the file that an import of values means; undefined for a library's. */
const resolve = (from: string, specifier: string): string | undefined => {
  if (specifier.startsWith(".")) return join(dirname(from), specifier.replace(/\.js$/, ".ts"));
  const [, name, rest] = /^@pdiem\/([a-z-]+)\/(.+)$/.exec(specifier) ?? [];
  return name === undefined || rest === undefined ? undefined : join(name, "src", `${rest}.ts`);
};

const importsTypesAlone = (clause: string): boolean => {
  const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1];
  if (names === undefined) return false;
  return names.split(",").every((name) => name.trim() === "" || name.trim().startsWith("type "));
};

/** Lists what a file needs to run: imports of types alone are gone by then. */
export const importsOf = (path: string): readonly string[] =>
  [...read(path).matchAll(/^(?:import|export)\s+(?!type\s)([^;"]*?)\s*from\s+"([^"]+)";$/gm)].flatMap(
    ([, clause = "", specifier = ""]) => (importsTypesAlone(clause) ? [] : (resolve(path, specifier) ?? [])),
  );

/**
 * Lists all that some files need to run, themselves among it.
 * @param isCounted leaves others out, and what only they need
 */
export const reachableFrom = (starts: readonly string[], isCounted: (path: string) => boolean): ReadonlySet<string> => {
  const found = new Set(starts);
  for (const path of found)
    for (const next of importsOf(path)) if (isCounted(next) && existsSync(join(REPOSITORY, next))) found.add(next);
  return found;
};
