import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSealedStore } from "../sealing/sealed-store.js";
import { initialKept } from "../state/kept.js";
import { sgxQuote, tdxQuote } from "../testing/evidence-bytes.js";
import { systemFailure } from "../testing/system-failure.js";
import { openGramine } from "./gramine.js";
import { type PseudoFiles, systemFiles } from "./pseudo-files.js";

const CHOSEN = new Uint8Array(32).fill(0xab);
const FIELD = new Uint8Array(64).fill(0xab, 0, 32);
const SEALING_KEY = Uint8Array.from({ length: 16 }, (_, i) => i + 1);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-gramine-"));
  await mkdir(join(folder, "keys"));
  await writeFile(join(folder, "attestation_type"), "dcap");
  await writeFile(join(folder, "user_report_data"), new Uint8Array(64));
  await writeFile(join(folder, "quote"), sgxQuote(FIELD));
  await writeFile(join(folder, "keys/_sgx_mrenclave"), SEALING_KEY);
  await writeFile(join(folder, "keys/_sgx_mrsigner"), new Uint8Array(16).fill(0xff));
});
afterEach(() => rm(folder, { recursive: true }));

/**
 * Gramine's files with their one `user_report_data` a process, which counts when the quote is done.
 */
const gramineFiles = (quote: (field: Uint8Array) => Uint8Array): PseudoFiles => {
  let field = new Uint8Array(64);
  return {
    ...systemFiles,
    write: async (path, bytes) => {
      if (bytes.length !== 64) throw systemFailure("EINVAL", "close", path);
      field = bytes.slice();
    },
    read: async (path, max) => {
      if (basename(path) !== "quote") return systemFiles.read(path, max);
      await setImmediate();
      return quote(field);
    },
  };
};

describe("evidence under Gramine", () => {
  it("is a quote over the 32 bytes and zeros", async () => {
    const tee = await openGramine(systemFiles, folder);
    expect(tee.kind).toBe("sgx");
    expect(await tee.evidence(CHOSEN)).toEqual({ bytes: sgxQuote(FIELD) });
    expect(new Uint8Array(await readFile(join(folder, "user_report_data")))).toEqual(FIELD);
  });

  it("is each asker's own, also of two TEEs opened in one process", async () => {
    const files = gramineFiles((field) => sgxQuote(field));
    const tees = await Promise.all([openGramine(files, folder), openGramine(files, folder)]);
    const asked = [1, 2, 3, 4].map((byte) => tees[byte % 2]?.evidence(new Uint8Array(32).fill(byte)));
    expect((await Promise.all(asked)).map((evidence) => evidence?.bytes[48 + 320])).toEqual([1, 2, 3, 4]);
  });

  it("is given again after one that failed", async () => {
    let isDown = true;
    const files = gramineFiles((field) => {
      if (isDown) throw systemFailure("EIO", "read", "quote");
      return sgxQuote(field);
    });
    const tee = await openGramine(files, folder);
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({
      name: "TeeError",
      code: "tee/failed",
      retry: "backoff",
    });
    isDown = false;
    expect(await tee.evidence(CHOSEN)).toEqual({ bytes: sgxQuote(FIELD) });
  });

  it.each<[string, Uint8Array, string]>([
    ["over other report data", sgxQuote(new Uint8Array(64)), "tee/report-data"],
    ["of a TDX guest", tdxQuote(FIELD), "tee/report-data"],
    ["of an unknown version", sgxQuote(FIELD, 2), "tee/evidence-form"],
    ["cut short", sgxQuote(FIELD).slice(0, 48 + 383), "tee/evidence-form"],
    ["empty", new Uint8Array(0), "tee/evidence-form"],
    ["too long", new Uint8Array(64 * 1024 + 1), "tee/too-large"],
  ])("is refused if the quote is %s", async (_, quote, code) => {
    await writeFile(join(folder, "quote"), quote);
    const tee = await openGramine(systemFiles, folder);
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ name: "TeeError", code });
  });

  it.each([
    ["quote", "tee/missing"],
    ["user_report_data", "tee/missing"],
  ])("is refused where %s is missing", async (file, code) => {
    const tee = await openGramine(systemFiles, folder);
    await rm(join(folder, file));
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ name: "TeeError", code });
  });
});

describe("sealing key under Gramine", () => {
  it("is the one bound to the program, not to its signer", async () => {
    const tee = await openGramine(systemFiles, folder);
    expect(await tee.sealingKey()).toEqual(SEALING_KEY);
  });

  it("opens what it sealed, and no longer once it has changed", async () => {
    const tee = await openGramine(systemFiles, folder);
    const store = createSealedStore(tee, join(folder, "data/sealed"));
    const id = bridgeId(exampleConfig);
    const seed = new Uint8Array(32).fill(5);
    const rest = { end: { key: seed, challenges: seed }, kept: initialKept(exampleConfig) };
    await store.create(id, { role: "holder", seed, rest });
    expect(await store.load(id)).toEqual({ role: "holder", seed, rest });
    await writeFile(join(folder, "keys/_sgx_mrenclave"), SEALING_KEY.toReversed());
    await expect(store.load(id)).rejects.toMatchObject({ code: "sealed/other-machine" });
  });

  it.each<[string, Uint8Array, string]>([
    ["short", SEALING_KEY.slice(1), "tee/sealing-key"],
    ["long", new Uint8Array(17).fill(1), "tee/too-large"],
    ["empty", new Uint8Array(0), "tee/sealing-key"],
    ["zero", new Uint8Array(16), "tee/sealing-key"],
  ])("is refused if it is %s", async (_, key, code) => {
    await writeFile(join(folder, "keys/_sgx_mrenclave"), key);
    const tee = await openGramine(systemFiles, folder);
    await expect(tee.sealingKey()).rejects.toMatchObject({ name: "TeeError", code });
  });

  it("is refused where there is none, whatever else there is", async () => {
    await rm(join(folder, "keys/_sgx_mrenclave"));
    const tee = await openGramine(systemFiles, folder);
    await expect(tee.sealingKey()).rejects.toMatchObject({ name: "TeeError", code: "tee/missing" });
  });
});

describe("a machine that isn't SGX", () => {
  it.each(["none", "epid", "", "dcap2"])("is refused at once if Gramine attests by %j", async (type) => {
    await writeFile(join(folder, "attestation_type"), type);
    await expect(openGramine(systemFiles, folder)).rejects.toMatchObject({ code: "tee/attestation-type" });
  });

  it("is refused at once without Gramine's files, or without leave to read them", async () => {
    const files: PseudoFiles = {
      ...systemFiles,
      read: (path) => Promise.reject(systemFailure("EACCES", "open", path)),
    };
    await expect(openGramine(files, folder)).rejects.toMatchObject({ name: "TeeError", code: "tee/permission" });
    await rm(join(folder, "attestation_type"));
    await expect(openGramine(systemFiles, folder)).rejects.toMatchObject({ name: "TeeError", code: "tee/missing" });
  });
});
