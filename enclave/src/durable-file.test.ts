import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFile, readFileIfPresent, replaceFile } from "./durable-file.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-file-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("makes a file for its owner alone, its folder too, and leaves nothing beside it", async () => {
  const path = join(folder, "new", "file");
  expect(await createFile(path, Uint8Array.of(1))).toBe(true);
  expect(await readFileIfPresent(path, 10)).toEqual(Uint8Array.of(1));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, "new"))).toEqual(["file"]);
});

it.skipIf(process.platform !== "linux")("isn't waited for where the system takes no folders", async () => {
  await expect(createFile("/proc/pdiem/data/sealed", Uint8Array.of(1))).rejects.toMatchObject({ code: "ENOENT" });
});

it.skipIf(process.platform !== "linux")(
  "tells where it may make nothing as that, not as a folder that is missing",
  async () => {
    await expect(createFile("/sys/pdiem/data/sealed", Uint8Array.of(1))).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:EPERM|EACCES|EROFS)$/),
      path: "/sys/pdiem",
    });
  },
);

it("makes its folders however many try at once, and not below a file", async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, i) => createFile(join(folder, "a", "b", `file${i}`), Uint8Array.of(i))),
  );
  expect(made.every(Boolean)).toBe(true);
  await writeFile(join(folder, "plain"), "");
  await expect(createFile(join(folder, "plain", "x", "file"), Uint8Array.of(1))).rejects.toMatchObject({
    code: "ENOTDIR",
  });
});

it("never makes a file over another, however many try at once", async () => {
  const path = join(folder, "file");
  const made = await Promise.all(Array.from({ length: 20 }, (_, i) => createFile(path, Uint8Array.of(i))));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await readFile(path)).toEqual(Buffer.of(made.indexOf(true)));
  expect(await readdir(folder)).toEqual(["file"]);
});

it("makes a file, and never over another, on a system without hard links", async () => {
  const path = join(folder, "file");
  const withoutLinks = () => Promise.reject(Object.assign(new Error("no links"), { code: "ENOSYS" }));
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, i) => createFile(path, Uint8Array.of(i), withoutLinks)),
  );
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await readFile(path)).toEqual(Buffer.of(made.indexOf(true)));
  expect(await readdir(folder)).toEqual(["file"]);
});

it("replaces a file, and leaves it whole when it can't", async () => {
  const path = join(folder, "file");
  await createFile(path, Uint8Array.of(1));
  await replaceFile(path, Uint8Array.of(2));
  expect(await readFile(path)).toEqual(Buffer.of(2));
  const blocked = join(folder, "folder");
  await createFile(join(blocked, "inside"), Uint8Array.of(3));
  await expect(replaceFile(blocked, Uint8Array.of(4))).rejects.toThrow();
  expect(await readdir(folder)).toEqual(["file", "folder"]);
});

it("leaves nothing beside a file that a full disk doesn't take", async () => {
  const path = join(folder, "file");
  await createFile(path, Uint8Array.of(1));
  const full = async (file: { write: (bytes: Uint8Array) => Promise<unknown> }, bytes: Uint8Array) => {
    await file.write(bytes.subarray(0, 1));
    throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
  };
  await expect(replaceFile(path, Uint8Array.of(2, 3), full)).rejects.toThrow("no space left");
  expect(await readFile(path)).toEqual(Buffer.of(1));
  expect(await readdir(folder)).toEqual(["file"]);
});

it("tells an absent file, and one longer than allowed", async () => {
  expect(await readFileIfPresent(join(folder, "absent"), 10)).toBeUndefined();
  await writeFile(join(folder, "long"), Buffer.alloc(100));
  expect(await readFileIfPresent(join(folder, "long"), 10)).toHaveLength(11);
});
