/**
 * The package boundary is the trust boundary. What isn't in an enclave's bundle isn't in a package
 * of the trusted base.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Packages that are held to the rule. */
const TRUSTED = ["light-client", "bridge", "enclave", "enclave-verifier"];

/**
 * What browsers have in place of `node:crypto`: `imports` of package.json puts it where the
 * enclave has OpenSSL.
 */
const FOR_BROWSERS = [
  "light-client/src/hex-portable.ts",
  "light-client/src/crypto/ed25519-portable.ts",
  "light-client/src/crypto/hashes-portable.ts",
  "enclave-verifier/src/crypto/ecdsa-portable.ts",
  "enclave-verifier/src/crypto/rsa-pss-portable.ts",
];

const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(join(repository, folder, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, "src", path))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("/testing/"));

interface Manifest {
  readonly imports?: Readonly<Record<string, { readonly node: { readonly source: string } }>>;
}

/** @returns the file of this repository that an import means, types' too */
const resolve = (from: string, specifier: string): string | undefined => {
  const [folder = ""] = from.split("/");
  if (specifier.startsWith(".")) return join(dirname(from), specifier.replace(/\.js$/, ".ts"));
  if (specifier.startsWith("#")) {
    const { imports }: Manifest = JSON.parse(readFileSync(join(repository, folder, "package.json"), "utf8"));
    return join(folder, imports?.[specifier]?.node.source ?? "");
  }
  const [, name, rest] = /^@pdiem\/([a-z-]+)\/(.+)$/.exec(specifier) ?? [];
  return name === undefined || rest === undefined ? undefined : join(name, "src", `${rest}.ts`);
};

const importsOf = (path: string): readonly string[] => {
  const text = readFileSync(join(repository, path), "utf8");
  return [...text.matchAll(/^(?:import|export|\} from)\b[^;"]*"([^"]+)";$|import\("([^"]+)"\)/gm)].flatMap(
    ([, a, b]) => resolve(path, a ?? b ?? "") ?? [],
  );
};

/** @returns all that the programs are made of, and the types that it is written in */
const reachableFrom = (programs: readonly string[]): ReadonlySet<string> => {
  const found = new Set(programs);
  for (const path of found) for (const next of importsOf(path)) found.add(next);
  return found;
};

describe("the trusted base", () => {
  const programs = sourcesOf("enclave").filter((path) => path.startsWith("enclave/src/main/"));
  const reachable = reachableFrom(programs);

  it("is found whole", () => {
    expect(programs).toHaveLength(4);
    for (const path of reachable) expect([path, existsSync(join(repository, path))]).toEqual([path, true]);
    expect(reachable.size).toBeGreaterThan(200);
  });

  it.each(TRUSTED)("has every file of %s in the bundle of a TEE, but for tests", (folder) => {
    const outside = sourcesOf(folder).filter((path) => !reachable.has(path) && !FOR_BROWSERS.includes(path));
    expect(outside).toEqual([]);
  });
});
