/** What the READMEs of the packages show runs, and prints what they are about. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { REPOSITORY, readText } from "./markdown.js";

let folder = "";
beforeAll(async () => {
  // Ignored by git, and so by other tests that list sources meanwhile.
  const parent = join(REPOSITORY, ".pdiem");
  await mkdir(parent, { recursive: true });
  folder = await mkdtemp(join(parent, "example-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a README's one example, and returns its lines. */
const printedBy = async (name: string): Promise<readonly string[]> => {
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(readText(`${name}/README.md`) ?? "") ?? [];
  const file = join(folder, `${name}.ts`);
  await writeFile(file, code);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await import(/* @vite-ignore */ file);
    return log.mock.calls.map((values) => values.join(" "));
  } finally {
    log.mockRestore();
  }
};

it("proves an event, and no other in its place", async () => {
  expect(await printedBy("light-client")).toEqual(["5 executed", "proof/event-sequence"]);
});

it("reads a request to pay as it was written", async () => {
  expect(await printedBy("chain-formats")).toEqual(["XUS 1000000", "true"]);
});

it("settles a deposit", async () => {
  expect(await printedBy("bridge")).toEqual(["minted 1 cancelApproval mint approveTransfer remark"]);
});
