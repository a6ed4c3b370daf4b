/**
 * Verifiers run in browsers, too: bundled for one, they have portable cryptography in the place of
 * Node.js's.
 */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));

const bundledFor = async (path: string, platform: "browser" | "node") => {
  const build = await rolldown({
    cwd: repository,
    input: path,
    platform,
    external: /^node:/,
    resolve: { conditionNames: ["source", platform, "import", "default"] },
    tsconfig: false,
    treeshake: false,
  });
  const { output } = await build.generate({ format: "esm", codeSplitting: false });
  await build.close();
  return output[0];
};

it.each([
  "light-client/src/crypto/ed25519.ts",
  "light-client/src/polkadot/finality/grandpa-state.ts",
  "light-client/src/diem/epochs/trusted-state.ts",
  "enclave-verifier/src/verify-evidence.ts",
])("%s needs nothing of Node.js in a browser", async (path) => {
  const { imports, moduleIds } = await bundledFor(path, "browser");
  expect(imports).toEqual([]);
  expect(moduleIds.some((id) => id.endsWith("-portable.ts"))).toBe(true);
  expect(moduleIds.filter((id) => id.endsWith("-native.ts"))).toEqual([]);
});

it("has Node.js's own where there is one", async () => {
  const { imports, moduleIds } = await bundledFor("light-client/src/crypto/ed25519.ts", "node");
  expect(imports).toContain("node:crypto");
  expect(moduleIds.filter((id) => id.endsWith("-portable.ts"))).toEqual([]);
});
