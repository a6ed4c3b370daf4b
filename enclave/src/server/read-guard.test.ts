import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hashToken } from "./guard.js";
import { type GuardFiles, readGuard } from "./read-guard.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-door-"));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const [certificate, key] = [join(folder, "door.pem"), join(folder, "door.key")];

beforeAll(() => {
  const made = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-subj",
    "/CN=d",
  ];
  execFileSync("openssl", [...made, "-keyout", key, "-out", certificate], { stdio: "ignore" });
});
afterAll(() => rmSync(folder, { recursive: true }));

const guard = (files: Partial<GuardFiles>) =>
  readGuard({ tokens: undefined, certificate: undefined, key: undefined, clientCa: undefined, ...files });

it("keeps a hash of each token, as hex or base64url, one a line", async () => {
  const tokens = [randomBytes(32).toString("hex"), randomBytes(32).toString("base64url")];
  for (const text of [`${tokens.join("\n")}\n`, tokens.join("\r\n\r\n")])
    expect(await guard({ tokens: write("tokens", text) })).toEqual({ tokens: tokens.map(hashToken), tls: undefined });
});

it.each([
  ["nothing", ""],
  ["an empty line", "\n"],
  ["what somebody typed", "correct-horse-battery-staple"],
  ["24 bytes as hex", randomBytes(24).toString("hex")],
  ["one sign again and again", "0".repeat(64)],
  ["words between spaces", `${randomBytes(32).toString("hex")} relayer-1`],
  ["a good one and a short one", `${randomBytes(32).toString("hex")}\nshort`],
  ["too many", `${randomBytes(32).toString("hex")}\n`.repeat(65)],
  ["too much", "a".repeat(70_000)],
])("takes no tokens from a file with %s, and tells nothing of it", async (_, text) => {
  const refused = await guard({ tokens: write("bad", text) }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "door/file", message: expect.stringContaining(join(folder, "bad")) });
  if (text.trim() !== "") expect(String(refused)).not.toContain(text.trim().slice(0, 20));
});

it("reads certificate, key and authority", async () => {
  const { tls } = await guard({ certificate, key, clientCa: certificate });
  expect(tls?.clientCa).toContain("BEGIN CERTIFICATE");
  expect((await guard({ certificate, key })).tls?.clientCa).toBeUndefined();
});

it.each<[string, () => Partial<GuardFiles>]>([
  ["a file that isn't there", () => ({ tokens: join(folder, "nothing") })],
  ["a folder", () => ({ tokens: folder })],
  ["a key that isn't the certificate's", () => ({ certificate, key: certificate })],
  [
    "an authority without a certificate: the public ones would come in",
    () => ({ certificate, key, clientCa: write("ca", "") }),
  ],
])("refuses %s", async (_, files) => {
  await expect(guard(files())).rejects.toMatchObject({ code: "door/file", retry: "never" });
});
