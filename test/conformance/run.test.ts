import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProofError } from "@pdiem/light-client/error";
import { parseLossless } from "@pdiem/relayer/chains/diem/lossless";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "./conformance.js";
import { equality, rejected } from "./conformance-case.js";
import { fieldsOf, textOf } from "./diem/vector.js";
import { fixturesFolder, readText } from "./fixture-files.js";
import { type CaseResult, runCase } from "./run-case.js";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-conformance-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const folderWith = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
  const path = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(path, file, ".."), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return path;
};

const runAll = async (path: string): Promise<{ results: readonly CaseResult[]; skipped: readonly string[] }> => {
  const results: CaseResult[] = [];
  const skipped: string[] = [];
  for await (const one of run(path)) {
    if ("skipped" in one) skipped.push(one.skipped);
    else results.push(one);
  }
  return { results, skipped };
};

const vectors = (...list: readonly unknown[]): Readonly<Record<string, string>> => ({
  "diem/vectors.json": JSON.stringify({ vectors: list }),
});

const seed = "cd510d1ab583c33b54fa949014601df0664857c18c4cfb228c862dd869df1b62";
const vector = (input: unknown, expected: unknown, group = "hash-seed", id = "any name") => ({
  id,
  group,
  input,
  expected,
});

describe("a conformance run", () => {
  test("passes cases whatever they are called, and says what a folder doesn't have", async () => {
    const path = await folderWith("good", vectors(vector({ name: "LedgerInfo" }, { seed })));
    const { results, skipped } = await runAll(path);
    expect(results.map(({ ok }) => ok)).toEqual([true]);
    expect(skipped).toContain("diem/recordings");
  });

  test("fails what comes out otherwise, telling both", async () => {
    const path = await folderWith("wrong", vectors(vector({ name: "LedgerInfo" }, { seed: "00" })));
    const [result] = (await runAll(path)).results;
    expect(result).toMatchObject({ ok: false, expected: '{"seed":"00"}', got: `{"seed":"${seed}"}` });
  });

  test("fails what it doesn't know: groups, inputs, results", async () => {
    const path = await folderWith(
      "unknown",
      vectors(
        vector({ name: "LedgerInfo" }, { seed }, "phrenology"),
        vector({ title: "LedgerInfo" }, { seed }),
        vector({ title: "LedgerInfo" }, { error: "rejected" }),
        vector({ name: "LedgerInfo" }, { seed, salt: "00" }),
        vector({ type: "Unheard", bcs: "00" }, { error: "unheard of" }, "bcs-invalid"),
      ),
    );
    const { results } = await runAll(path);
    expect(results.map(({ ok }) => ok)).toEqual([false, false, false, false, false]);
    expect(results[0]?.got).toContain("phrenology");
  });

  test("fails a file that can't be read as one case, and goes on", async () => {
    const path = await folderWith("broken", { "diem/vectors.json": "{", "diem/recordings/manifest.json": "{}" });
    const { results } = await runAll(path);
    expect(results.map(({ name, ok }) => [name, ok])).toEqual([
      ["diem/vectors.json", false],
      ["diem/recordings", false],
    ]);
  });

  test("fails a vector without a group or an id, and runs the others", async () => {
    const good = vector({ name: "LedgerInfo" }, { seed });
    const path = await folderWith("nameless", vectors({ input: {} }, 5, good, { ...good, expected: undefined }));
    const { results } = await runAll(path);
    expect(results.map(({ ok }) => ok)).toEqual([false, false, true, false]);
  });

  test("takes only a typed error for a rejection", async () => {
    const typed = rejected("typed", "reason", () => {
      throw new ProofError("proof/any", "no");
    });
    const untyped = rejected("untyped", "reason", () => {
      throw new TypeError("undefined is not a function");
    });
    const none = rejected("none", "reason", () => undefined);
    const oks = await Promise.all([typed, untyped, none].map(async (one) => (await runCase(one)).ok));
    expect(oks).toEqual([true, false, false]);
  });

  test("takes an exception for a failure, never for a result", async () => {
    const result = await runCase(
      equality("throws", "value", () => {
        throw new RangeError("value");
      }),
    );
    expect(result).toMatchObject({ ok: false, got: "an untyped exception: RangeError: value" });
  });
});

const recordings = join(fixturesFolder(), "diem/recordings");
const recorded = await readText(join(recordings, "recordings.jsonl"));

describe.skipIf(recorded === undefined)("recordings of which one byte was changed", () => {
  test("fail where it is, and nowhere else", async () => {
    const manifest = await readFile(join(recordings, "manifest.json"), "utf8");
    const path = fieldsOf(parseLossless(manifest))
      .list("trusted_path")
      .map((name) => textOf(name));
    // The long ones take long, and this is about one that is short.
    const lines = (recorded ?? "")
      .split("\n")
      .filter((line) => line !== "" && (line.length < 8000 || path.some((name) => line.includes(`"${name}"`))));
    const at = lines.findIndex((line) => line.includes('"get_account_state_with_proof"') && line.includes("blob"));
    const changed = lines[at]?.replace(
      /(blob\\":\\"[0-9a-f]{40})([0-9a-f])/,
      (_, start: string, digit: string) => start + (digit === "0" ? "1" : "0"),
    );
    const copy = await folderWith("changed", {
      "diem/recordings/manifest.json": manifest,
      "diem/recordings/recordings.jsonl": lines.with(at, changed ?? "").join("\n"),
    });
    const { results } = await runAll(copy);
    const failed = results.filter(({ ok }) => !ok);
    expect(failed.map(({ got }) => got.split(":")[0])).toEqual(["proof/sparse-merkle-value"]);
  });
});
