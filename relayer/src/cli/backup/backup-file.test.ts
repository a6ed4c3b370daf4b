import { isPdiemError } from "@pdiem/light-client/error";
import { describe, expect, it } from "vitest";
import { describeParts, formatBackup, parseBackup } from "./backup-file.js";

const BRIDGE = "ab".repeat(32);
const parts = new Map([
  ["state/withdrawal-accounts", Uint8Array.of(1, 2, 3)],
  ["redis/decisions", new Uint8Array()],
]);
const text = formatBackup(describeParts(BRIDGE, new Date(0), parts), parts);

const codeOf = (read: () => unknown): string | undefined => {
  try {
    read();
    return undefined;
  } catch (error) {
    return isPdiemError(error) ? error.code : String(error);
  }
};

const changed = (
  change: (file: { manifest: { parts: { name: string }[] }; contents: Record<string, string> }) => unknown,
) => {
  const file = JSON.parse(text);
  change(file);
  return codeOf(() => parseBackup(JSON.stringify(file), BRIDGE));
};

describe("a backup's file", () => {
  it("gives each part again as it was", () => {
    expect(parseBackup(text, BRIDGE).parts).toEqual(parts);
  });

  it("is refused where a part or the manifest was changed, or a part is missing", () => {
    expect(changed(({ contents }) => Object.assign(contents, { "state/withdrawal-accounts": "AQIE" }))).toBe(
      "backup/damaged",
    );
    expect(changed(({ contents }) => void delete contents["redis/decisions"])).toBe("backup/damaged");
    expect(changed(({ manifest }) => void manifest.parts.pop())).toBe("backup/damaged");
  });

  it("is refused for another bridge", () => {
    expect(codeOf(() => parseBackup(text, "cd".repeat(32)))).toBe("backup/other-bridge");
  });

  it("names no file outside of the folders that are restored", () => {
    for (const name of ["state/../../etc/passwd", "state/..", "/etc/passwd", "other/file"])
      expect([
        name,
        changed(({ manifest }) => {
          for (const part of manifest.parts) part.name = name;
        }),
      ]).toEqual([name, "backup/form"]);
  });
});
