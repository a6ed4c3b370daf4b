import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootHash } from "@pdiem/devnet/trie/encode";
import { readProof } from "@pdiem/devnet/trie/proof";
import { withChanges } from "@pdiem/devnet/trie/trie";
import { utf8 } from "@pdiem/light-client/bytes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { polkadotFixtures } from "./polkadot.js";
import { hex0x } from "./polkadot-schema.js";
import { runCase } from "./run-case.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-conformance-"));
  await mkdir(join(folder, "polkadot"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The failures among the cases of one listed file, as `name: got`. */
const failures = async (kind: string, content: string, file = "any name.json"): Promise<readonly string[]> => {
  await writeFile(join(folder, "polkadot", "manifest.json"), JSON.stringify({ files: [{ file, kind }] }));
  await writeFile(join(folder, "polkadot", "any name.json"), content);
  const results = await Promise.all(((await polkadotFixtures.cases(folder)) ?? []).map(runCase));
  expect(results).not.toHaveLength(0);
  return results.filter(({ ok }) => !ok).map(({ name, got }) => `${name}: ${got}`);
};

const trie = withChanges(undefined, [
  [utf8("a"), utf8("1")],
  [utf8("b"), utf8("2")],
]);
const storageProof = {
  stateRoot: hex0x(rootHash(trie, 0)),
  proof: readProof(trie, 0, [utf8("a"), utf8("c")]).map(hex0x),
  entries: [
    { key: hex0x(utf8("a")), status: "present", hashedValue: false, value: hex0x(utf8("1")) },
    { key: hex0x(utf8("c")), status: "absent" },
  ],
};

test("a file is run by its kind, whatever its name", async () => {
  expect(await failures("storage-proof", JSON.stringify(storageProof))).toEqual([]);
});

test("what a file states wrongly fails the case that it is stated in, alone", async () => {
  const [first, second] = storageProof.entries;
  const wrong = { ...storageProof, entries: [{ ...first, value: "0x32" }, second] };
  expect(await failures("storage-proof", JSON.stringify(wrong))).toEqual([
    "polkadot/any name.json: 0x61: present 0x31",
  ]);
  const absent = { ...storageProof, entries: [first, { ...second, status: "incomplete" }] };
  expect(await failures("storage-proof", JSON.stringify(absent))).toEqual(["polkadot/any name.json: 0x63: absent"]);
});

test("an unknown kind, a missing file, broken JSON and another layout are each a failed case that says so", async () => {
  expect(await failures("beefy-proof", "{}")).toEqual([expect.stringContaining('the unknown kind "beefy-proof"')]);
  expect(await failures("toString", "{}")).toEqual([expect.stringContaining('the unknown kind "toString"')]);
  expect(await failures("storage-proof", "{}", "not there.json")).toEqual([expect.stringContaining("no such file")]);
  expect(await failures("storage-proof", "{}", "../outside.json")).toEqual([
    expect.stringContaining("outside of the folder"),
  ]);
  expect(await failures("storage-proof", "{")).toEqual([expect.stringContaining("not JSON")]);
  expect(await failures("storage-proof", "{}")).toEqual([expect.stringContaining("a layout that kind")]);
});

test("a folder without the part is skipped", async () => {
  expect(await polkadotFixtures.cases(join(folder, "nothing here"))).toBeUndefined();
});
