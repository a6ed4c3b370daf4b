import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attestationFixtures } from "./attestation.js";
import { fixturesFolder, readText } from "./fixture-files.js";
import { type CaseResult, runCase } from "./run-case.js";

interface Item {
  file: string;
  expected: string;
  sha256?: string;
  [field: string]: unknown;
}

type Manifest = Record<string, Item[]>;

const real = await readText(join(fixturesFolder(), "attestation/manifest.json"));

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-attestation-"));
  const copy = join(folder, "attestation");
  if (real === undefined) await mkdir(copy);
  else await cp(join(fixturesFolder(), "attestation"), copy, { recursive: true });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const resultsOf = async (manifest: unknown): Promise<readonly CaseResult[]> => {
  const path = join(folder, "attestation/manifest.json");
  await rm(path, { force: true });
  await writeFile(path, JSON.stringify(manifest));
  const cases = (await attestationFixtures.cases(folder)) ?? [];
  return Promise.all(cases.map(runCase));
};

const realLists = (): Manifest => {
  const lists: Manifest = JSON.parse(real ?? "{}");
  const { note: _, ...rest } = lists;
  return rest;
};

const failed = (results: readonly CaseResult[]): readonly string[] =>
  results.filter(({ ok }) => !ok).map(({ name }) => name);

describe.skipIf(real === undefined)("conformance of attestation evidence, on copies of the shared fixtures", () => {
  test("passes whatever the order of items and lists, and however few there are", async () => {
    const lists = realLists();
    const reversed = Object.fromEntries(
      Object.entries(lists)
        .reverse()
        .map(([name, items]) => [name, items.toReversed()]),
    );
    const all = await resultsOf(reversed);
    expect(failed(all)).toEqual([]);
    const some = await resultsOf({ snp: lists.snp?.slice(1) });
    expect(failed(some)).toEqual([]);
    expect(some.length).toBeGreaterThan(0);
    expect(all.length).toBeGreaterThan(some.length);
  });

  test("fails where the outcome is another than the manifest expects", async () => {
    for (const [list, items] of Object.entries(realLists()))
      for (const item of items.filter(({ expected }) => expected !== undefined)) {
        const expected = /^\s*reject/i.test(item.expected) ? "accept" : "REJECT";
        const results = await resultsOf({ [list]: [{ ...item, expected }] });
        const outcome = results.filter(({ name }) => name.endsWith(" outcome"));
        expect([item.file, outcome.map(({ ok }) => ok)]).toEqual([item.file, [false]]);
      }
  });

  test("fails for a file in which one bit is another, also where no hash is listed", async () => {
    const [item] = realLists().nitro ?? [];
    const file = "nitro/changed.cose";
    const bytes = await readFile(join(folder, "attestation", item?.file ?? ""));
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    await writeFile(join(folder, "attestation", file), bytes);
    const { sha256: _, ...changed } = { ...item, file };
    expect(failed(await resultsOf({ nitro: [changed] }))).toContain(`attestation nitro[0] ${file} outcome`);
  });
});

describe("conformance of attestation evidence", () => {
  test("fails for lists, forms and expectations that it doesn't know, and for files outside of the folder", async () => {
    const nitro = { verifyAt: "2026-01-01T00:00:00Z", pcrs: {} };
    const results = await resultsOf({
      "arm-cca": [{ file: "a" }],
      quotes: [{ file: "b" }],
      nitro: [
        { ...nitro, file: "c", expected: "perhaps" },
        { ...nitro, file: "../../c", expected: "accept" },
      ],
    });
    expect(failed(results)).toHaveLength(results.length);
    const said = results.map(({ got }) => got).join("\n");
    for (const reason of [
      "unknown list",
      "an item of unknown form",
      "an expectation of unknown form",
      "a file in the folder",
    ])
      expect(said).toContain(reason);
  });

  test("says that the part is missing where there is no manifest", async () => {
    expect(await attestationFixtures.cases(join(folder, "nowhere"))).toBeUndefined();
  });
});
