import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { afterEach, describe, expect, it } from "vitest";
import { differences, keptConfigurations } from "./kept-configurations.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-kept-"));
  folders.push(folder);
  return folder;
};

const changed = { ...exampleConfig, feeAccount: filled(32, 77), maxSkew: exampleConfig.maxSkew + 1n };

describe("a change of the configuration", () => {
  it("is found by each field that differs, those that are new or gone among them", () => {
    expect(differences({ a: 1, b: [1, 2], c: { d: "x" } }, { a: 2, b: [1, 3, 4], c: {} })).toEqual([
      "a: was 1, is 2",
      "b[1]: was 2, is 3",
      "b[2]: was nothing, is 4",
      'c.d: was "x", is nothing',
    ]);
    expect(differences({ a: [1] }, { a: [1] })).toEqual([]);
    expect(differences({ a: [] }, { a: {} })).toEqual(["a: was [], is {}"]);
  });

  it("is told against the bridge that is asked for, or the one served last", async () => {
    const folder = newFolder();
    await keptConfigurations(folder, exampleConfig).keep();
    const after = keptConfigurations(folder, changed);
    const fields = [
      expect.stringMatching(/^feeAccount: was "0x.*", is "0x4d4d/),
      expect.stringMatching(/^maxSkew: was "\d+", is "\d+"$/),
    ];
    expect((await after.changesFrom(bridgeId(exampleConfig)))?.toSorted()).toEqual(fields);
    expect((await after.changesFrom())?.toSorted()).toEqual(fields);
    expect(await after.changesFrom(filled(32, 1))).toBeUndefined();
  });

  it("isn't told where nothing is kept, or what is kept can't be read", async () => {
    const folder = newFolder();
    const ours = keptConfigurations(join(folder, "new"), exampleConfig);
    expect(await ours.changesFrom()).toBeUndefined();
    await ours.keep();
    expect(await ours.changesFrom()).toBeUndefined();
    expect(await ours.changesFrom(bridgeId(exampleConfig))).toEqual([]);
    writeFileSync(join(folder, "new", `configuration-${toHex(filled(8, 1))}.json`), "{");
    expect(await ours.changesFrom(filled(32, 1))).toBeUndefined();
  });
});
