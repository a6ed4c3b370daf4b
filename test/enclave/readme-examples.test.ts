/** What the READMEs of the verifier's packages show runs, and does what they say. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createNitroEnclave } from "@pdiem/bridge-client/testing/nitro-enclave";
import { afterAll, beforeAll, expect, it } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(repository, "test", "dist", "example-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
}

const run = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [...args], (_, out) => resolve({ code: child.exitCode ?? -1, out }));
  });

it("refuses a document of a root that isn't AWS's, in words", async () => {
  const file = join(folder, "document.cose");
  await writeFile(file, (await createNitroEnclave()).document());
  const pcrs = ["a0", "a1", "a2"].map((byte) => byte.repeat(48));
  const example = join(repository, "bridge-client/examples/verify-nitro.mjs");
  const { code, out } = await run(example, file, ...pcrs, "2026-01-01T01:00:00Z");
  expect(code).toBe(1);
  expect(out).toContain("Code: evidence/chain-root");
});

it("verifies a quote as the verifier's README shows", async () => {
  const readme = await readFile(join(repository, "enclave-verifier/README.md"), "utf8");
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const file = join(folder, "example.mjs");
  await writeFile(file, code);
  expect(await run(file)).toEqual({ code: 0, out: expect.stringContaining(`${"d0".repeat(48)} true\n`) });
});
