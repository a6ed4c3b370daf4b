import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeFolder } from "./make-folder.js";

const root = mkdtempSync(join(tmpdir(), "pdiem-folder-"));
afterAll(() => rmSync(root, { recursive: true }));

describe("a folder", () => {
  it("is made with those above it, for its owner alone where that is asked, and may be there already", async () => {
    const path = join(root, "a", "b", "c");
    await Promise.all([makeFolder(path, 0o700), makeFolder(path, 0o700)]);
    await makeFolder(path);
    expect(statSync(join(root, "a")).mode & 0o777).toBe(0o700);
    expect(existsSync(path)).toBe(true);
  });

  it.skipIf(process.platform !== "linux")("isn't waited for where the system takes none", async () => {
    await expect(makeFolder("/proc/pdiem/data")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(makeFolder("/sys/pdiem/data")).rejects.toMatchObject({ syscall: "mkdir" });
  });

  it("isn't made below a file", async () => {
    writeFileSync(join(root, "file"), "");
    await expect(makeFolder(join(root, "file", "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});
