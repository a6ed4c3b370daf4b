import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startFakeDstack } from "../testing/fake-dstack.js";
import { openTee, type TeePlaces } from "./open-tee.js";

let folder = "";
let places: TeePlaces = { gramine: "", tsm: "", dstack: "" };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-tee-"));
  places = { gramine: join(folder, "attestation"), tsm: join(folder, "tsm"), dstack: join(folder, "dstack.sock") };
});
afterEach(() => rm(folder, { recursive: true }));

it.each(["sgx", "tdx", "sev-snp", "dstack"] as const)("refuses a machine without what %s needs", async (choice) => {
  await expect(openTee(choice, folder, places)).rejects.toMatchObject({ name: "TeeError", code: "tee/missing" });
});

it("simulates only when told to", async () => {
  expect(await openTee("simulated", folder, places)).toMatchObject({ kind: "simulated" });
});

it("finds Gramine and dstack where they are", async () => {
  await mkdir(places.gramine);
  await writeFile(join(places.gramine, "attestation_type"), "dcap");
  expect(await openTee("sgx", folder, places)).toMatchObject({ kind: "sgx" });
  const agent = await startFakeDstack(places.dstack);
  expect(await openTee("dstack", folder, places)).toMatchObject({ kind: "tdx" });
  await agent.stop();
});

it("doesn't take a folder that isn't the kernel's for a guest's", async () => {
  await mkdir(places.tsm);
  await expect(openTee("tdx", folder, places)).rejects.toMatchObject({ name: "TeeError", code: "tee/missing" });
});
