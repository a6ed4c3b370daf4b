import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { simulatedTee } from "./simulated.js";

let machine = "";
beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), "pdiem-machine-"));
});
afterEach(() => rm(machine, { recursive: true }));

it("says in its evidence that it is no TEE", async () => {
  const evidence: unknown = JSON.parse(
    Buffer.from((await simulatedTee(machine).evidence(new Uint8Array(32).fill(0xab))).bytes).toString("utf8"),
  );
  expect(evidence).toEqual({
    tee: "simulated",
    notice: expect.stringContaining("Development only"),
    measurement: createHash("sha3-256").update("pdiem simulated enclave").digest("hex"),
    reportData: "ab".repeat(32) + "00".repeat(32),
  });
});

it("gives one sealing key a machine, the same after a restart and to all who ask first at once", async () => {
  const keys = await Promise.all([1, 2, 3].map(() => simulatedTee(machine).sealingKey()));
  const [first] = keys;
  expect(first).toHaveLength(32);
  for (const key of [...keys, await simulatedTee(machine).sealingKey()]) expect(key).toEqual(first);
  expect(await simulatedTee(join(machine, "other")).sealingKey()).not.toEqual(first);
});

it("refuses a sealing key of another length, and leaves the file alone", async () => {
  const path = join(machine, "simulated-sealing-key");
  await writeFile(path, "short");
  await expect(simulatedTee(machine).sealingKey()).rejects.toMatchObject({ code: "tee/sealing-key" });
  expect(await readFile(path, "utf8")).toBe("short");
});
