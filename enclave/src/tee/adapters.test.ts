import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startFakeDstack } from "../testing/fake-dstack.js";
import type { OpenTee } from "./adapters.js";
import { openGuest } from "./configfs-tsm.js";
import { openDstack } from "./dstack.js";
import { dstackSocket } from "./dstack-socket.js";
import { openGramine } from "./gramine.js";
import { systemFiles } from "./pseudo-files.js";

const openTdx: OpenTee = (place) => openGuest("tdx", systemFiles, place);
const openSnp: OpenTee = (place) => openGuest("sev-snp", systemFiles, place);
const openSgx: OpenTee = (place) => openGramine(systemFiles, place);
const openAgent: OpenTee = (place) => openDstack(dstackSocket(place, 30_000));

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-tee-"));
});
afterEach(() => rm(folder, { recursive: true }));

it.each([
  ["sgx", openSgx],
  ["tdx", openTdx],
  ["sev-snp", openSnp],
  ["dstack", openAgent],
] as const)("refuses a machine without what %s needs", async (_, open) => {
  await expect(open(join(folder, "nothing"))).rejects.toMatchObject({ name: "TeeError", code: "tee/missing" });
});

it("finds Gramine and dstack where they are", async () => {
  await writeFile(join(folder, "attestation_type"), "dcap");
  expect(await openSgx(folder)).toMatchObject({ kind: "sgx" });
  const agent = await startFakeDstack(join(folder, "dstack.sock"));
  expect(await openAgent(join(folder, "dstack.sock"))).toMatchObject({ kind: "tdx" });
  await agent.stop();
});

it("doesn't take a folder that isn't the kernel's for a guest's", async () => {
  await mkdir(join(folder, "tsm"));
  await expect(openTdx(join(folder, "tsm"))).rejects.toMatchObject({ name: "TeeError", code: "tee/missing" });
});
