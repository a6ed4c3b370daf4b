import { execFile } from "node:child_process";
import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { explainFailures, systemFiles } from "./pseudo-files.js";

const files = explainFailures(systemFiles);
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("reading", () => {
  it("goes to the end of a file whose size reads zero", async () => {
    const text = Buffer.from(await files.read("/proc/self/status", 64 * 1024)).toString("latin1");
    expect(text).toContain(`Pid:\t${process.pid}\n`);
  });

  it("puts together what comes in pieces", async () => {
    const path = join(folder, "pipe");
    await promisify(execFile)("mkfifo", [path]);
    const read = files.read(path, 100);
    const pipe = await open(path, "w");
    for (const piece of ["one ", "two ", "three"]) await pipe.write(piece);
    await pipe.close();
    expect(Buffer.from(await read).toString()).toBe("one two three");
  });

  it("takes a file of the largest size, and refuses one byte more", async () => {
    const path = join(folder, "blob");
    await writeFile(path, new Uint8Array(100).fill(7));
    expect(await files.read(path, 100)).toEqual(new Uint8Array(100).fill(7));
    await expect(files.read(path, 99)).rejects.toMatchObject({ code: "tee/too-large" });
    await expect(files.read("/dev/zero", 1000)).rejects.toMatchObject({ code: "tee/too-large" });
  });
});

describe("writing", () => {
  it("writes to a file that is there, and makes none", async () => {
    const path = join(folder, "inblob");
    await expect(files.write(path, Uint8Array.of(1))).rejects.toMatchObject({ name: "TeeError", code: "tee/missing" });
    expect(await readdir(folder)).toEqual([]);
    await writeFile(path, "");
    await files.write(path, Uint8Array.of(1, 2));
    expect(new Uint8Array(await readFile(path))).toEqual(Uint8Array.of(1, 2));
  });

  it("says when the device is full", async () => {
    await expect(files.write("/dev/full", Uint8Array.of(1))).rejects.toMatchObject({ code: "tee/failed" });
  });
});

it("makes and removes a folder, and explains why it can't", async () => {
  const path = join(folder, "report");
  await files.makeFolder(path);
  expect(await readdir(folder)).toEqual(["report"]);
  await expect(files.makeFolder(path)).rejects.toMatchObject({ name: "TeeError", code: "tee/failed" });
  await files.removeFolder(path);
  expect(await readdir(folder)).toEqual([]);
  await expect(files.makeFolder(join(path, "deeper"))).rejects.toMatchObject({ code: "tee/missing" });
});
