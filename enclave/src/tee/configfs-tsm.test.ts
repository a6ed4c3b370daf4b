import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { describe, expect, it } from "vitest";
import { createSealedStore } from "../sealing/sealed-store.js";
import { initialKept } from "../state/kept.js";
import { snpReport, tdxQuote } from "../testing/evidence-bytes.js";
import { createFakeTsm, type FakeTsmParts } from "../testing/fake-tsm.js";
import { systemFailure } from "../testing/system-failure.js";
import { openGuest } from "./configfs-tsm.js";

const FOLDER = "/sys/kernel/config/tsm/report";
const CHOSEN = new Uint8Array(32).fill(0xab);
const FIELD = new Uint8Array(64).fill(0xab, 0, 32);
const TDX: FakeTsmParts = { folder: FOLDER, provider: "tdx_guest", report: (inblob) => tdxQuote(inblob) };
const SNP: FakeTsmParts = { folder: FOLDER, provider: "sev_guest", report: snpReport, auxblob: Uint8Array.of(1, 2, 3) };

/**
 * A guest that was well when the program started, and whose kernel then does what `before` says.
 */
const openThen = async (kind: "tdx" | "sev-snp", parts: FakeTsmParts, before: FakeTsmParts["before"]) => {
  let isOpen = false;
  const kernel = createFakeTsm({
    ...parts,
    before: (...call) => {
      if (isOpen) before?.(...call);
    },
  });
  const tee = await openGuest(kind, kernel.files, FOLDER);
  isOpen = true;
  return { tee, kernel };
};

describe("a guest's evidence", () => {
  it.each([4, 5])("is the quote of TDX, version %i, over the 32 bytes and zeros", async (version) => {
    const { files } = createFakeTsm({ ...TDX, report: (inblob) => tdxQuote(inblob, version) });
    const tee = await openGuest("tdx", files, FOLDER);
    expect(tee.kind).toBe("tdx");
    expect(await tee.evidence(CHOSEN)).toEqual({ bytes: tdxQuote(FIELD, version) });
  });

  it("is the report of SEV-SNP, with the certificate table where the hypervisor gives one", async () => {
    const withTable = await openGuest("sev-snp", createFakeTsm(SNP).files, FOLDER);
    expect(await withTable.evidence(CHOSEN)).toEqual({ bytes: snpReport(FIELD), supplement: Uint8Array.of(1, 2, 3) });
    const { auxblob: _, ...older } = SNP;
    for (const parts of [{ ...SNP, auxblob: new Uint8Array(0) }, older]) {
      const tee = await openGuest("sev-snp", createFakeTsm(parts).files, FOLDER);
      expect(await tee.evidence(CHOSEN)).toEqual({ bytes: snpReport(FIELD) });
    }
  });

  it("has a report of its own for each asker, and leaves none behind", async () => {
    const kernel = createFakeTsm(TDX);
    const tee = await openGuest("tdx", kernel.files, FOLDER);
    const fields = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
    const quotes = await Promise.all(fields.map((field) => tee.evidence(field)));
    expect(quotes.map(({ bytes }) => bytes[48 + 520])).toEqual([1, 2, 3]);
    expect(kernel.counts()).toEqual({ made: 4, left: 0 });
  });

  it("is kept where the kernel doesn't let go of the report", async () => {
    const { tee } = await openThen("tdx", TDX, (call, _, path) => {
      if (call === "rmdir") throw systemFailure("EBUSY", "rmdir", path);
    });
    expect(await tee.evidence(CHOSEN)).toEqual({ bytes: tdxQuote(FIELD) });
  });

  it("refuses other than 32 bytes", async () => {
    const tee = await openGuest("tdx", createFakeTsm(TDX).files, FOLDER);
    await expect(tee.evidence(new Uint8Array(64))).rejects.toMatchObject({ code: "tee/report-data" });
  });
});

describe("another program that writes to the report", () => {
  it.each([
    ["before the quote is made", "outblob"],
    ["after the quote is made", "auxblob"],
  ])("is noticed %s", async (_, when) => {
    const { tee, kernel } = await openThen("sev-snp", SNP, (call, name, path) => {
      if (call === "read" && name === when) kernel.overwrite(dirname(path), new Uint8Array(64).fill(9));
    });
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ code: "tee/generation", retry: "backoff" });
    expect(kernel.counts().left).toBe(0);
  });

  it("is noticed where it came between generation and write", async () => {
    const { tee, kernel } = await openThen("tdx", TDX, (call, _, path) => {
      if (call === "write") kernel.overwrite(dirname(path), new Uint8Array(64));
    });
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ code: "tee/generation" });
  });
});

describe("a kernel that does otherwise than it should", () => {
  it.each<[string, Partial<FakeTsmParts>, string]>([
    ["quotes other report data", { report: () => tdxQuote(new Uint8Array(64).fill(1)) }, "tee/report-data"],
    ["gives a quote of an unknown version", { report: (inblob) => tdxQuote(inblob, 6) }, "tee/evidence-form"],
    ["cuts the quote short", { report: (inblob) => tdxQuote(inblob).slice(0, 600) }, "tee/evidence-form"],
    ["gives nothing", { report: () => new Uint8Array(0) }, "tee/evidence-form"],
    ["loses what is written to it", { isDeaf: true }, "tee/failed"],
    ["gives too much", { report: () => new Uint8Array(64 * 1024 + 1) }, "tee/too-large"],
  ])("%s", async (_, parts, code) => {
    const kernel = createFakeTsm({ ...TDX, ...parts });
    const tee = await openGuest("tdx", kernel.files, FOLDER);
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ name: "TeeError", code });
    expect(kernel.counts().left).toBe(0);
  });

  it("gives a report of SEV-SNP of another length", async () => {
    const { files } = createFakeTsm({ ...SNP, report: (inblob) => snpReport(inblob).slice(0, 1183) });
    const tee = await openGuest("sev-snp", files, FOLDER);
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ code: "tee/evidence-form" });
  });

  it.each([
    ["EACCES", "mkdir", "tee/permission", "never"],
    ["EPERM", "write", "tee/permission", "never"],
    ["EFBIG", "outblob", "tee/too-large", "never"],
    ["EBUSY", "write", "tee/failed", "backoff"],
    ["ETIMEDOUT", "outblob", "tee/failed", "backoff"],
    ["EIO", "auxblob", "tee/failed", "backoff"],
    ["ENXIO", "provider", "tee/missing", "never"],
  ])("fails with %s at %s", async (systemCode, where, code, retry) => {
    const { tee, kernel } = await openThen("sev-snp", SNP, (call, name, path) => {
      if (call === where || name === where) throw systemFailure(systemCode, call, path);
    });
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ name: "TeeError", code, retry });
    expect(kernel.counts().left).toBe(0);
  });

  it("tells no generation", async () => {
    const { files } = createFakeTsm(TDX);
    const read: typeof files.read = (path, max) =>
      path.endsWith("generation") ? Promise.resolve(Buffer.from("-1\n")) : files.read(path, max);
    const tee = await openGuest("tdx", { ...files, read }, FOLDER);
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ code: "tee/generation", retry: "never" });
  });
});

describe("a machine that isn't the guest it should be", () => {
  it.each<[string, Partial<FakeTsmParts>, string]>([
    ["of AMD", { provider: "sev_guest" }, "tee/provider"],
    ["of a kind whose name begins alike", { provider: "tdx_guest2" }, "tee/provider"],
    ["without a TEE", { provider: undefined }, "tee/missing"],
    ["without the interface", { folder: "/elsewhere" }, "tee/missing"],
  ])("is refused at once: %s", async (_, parts, code) => {
    const kernel = createFakeTsm({ ...TDX, ...parts });
    await expect(openGuest("tdx", kernel.files, FOLDER)).rejects.toMatchObject({ name: "TeeError", code });
    expect(kernel.counts().left).toBe(0);
  });
});

it.each([
  ["tdx", TDX],
  ["sev-snp", SNP],
] as const)("seals nothing for want of a key, and writes nothing: %s", async (kind, parts) => {
  const tee = await openGuest(kind, createFakeTsm(parts).files, FOLDER);
  const refusal = { name: "TeeError", code: "tee/no-sealing-key", retry: "never" };
  await expect(tee.sealingKey()).rejects.toMatchObject(refusal);
  const folder = await mkdtemp(join(tmpdir(), "pdiem-guest-"));
  const filled = (byte: number) => new Uint8Array(32).fill(byte);
  const rest = { end: { key: filled(6), challenges: filled(7) }, kept: initialKept(exampleConfig) };
  const store = createSealedStore(tee, join(folder, "sealed"));
  await expect(store.create(bridgeId(exampleConfig), { role: "holder", seed: filled(5), rest })).rejects.toMatchObject(
    refusal,
  );
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
