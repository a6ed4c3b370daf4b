/**
 * One file with all that neither chain has: a manifest that names each part by its hash, and the
 * parts.
 */
import { createHash } from "node:crypto";
import { PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";

const FORMAT = "pdiem/backup/v1";
/** A bridge's whole state has some megabytes at most. */
export const MAX_BACKUP_BYTES = 512 * 1024 * 1024;
const MOST_PARTS = 1_000;

const hash = z.string().regex(/^[0-9a-f]{64}$/, "expected 32 bytes of hex");

/** Such as `state/light-clients` or `redis/decisions`: never a path of the machine. */
const partName = z
  .string()
  .regex(/^(?:state|evidence|redis|enclave)\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/, "expected a part's name");

const manifest = z.strictObject({
  bridgeId: hash,
  /** ISO 8601. */
  madeAt: z.string().max(40),
  parts: z.array(z.strictObject({ name: partName, bytes: z.int().min(0), sha256: hash })).max(MOST_PARTS),
});
export type Manifest = z.output<typeof manifest>;

const backupFile = z.strictObject({
  format: z.literal(FORMAT, { error: `expected the format ${FORMAT}` }),
  manifest,
  /** Hash of the manifest as JSON. */
  sha256: hash,
  /** By name, base64. */
  contents: z.record(z.string(), z.base64()),
});

/** By name, in the order of the manifest. */
export type Parts = ReadonlyMap<string, Uint8Array>;

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** @param bridgeId hex of its 32 bytes */
export const describeParts = (bridgeId: string, madeAt: Date, parts: Parts): Manifest => ({
  bridgeId,
  madeAt: madeAt.toISOString(),
  parts: [...parts].map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
});

/** Writes a backup as text. */
export const formatBackup = (described: Manifest, parts: Parts): string =>
  `${JSON.stringify({
    format: FORMAT,
    manifest: described,
    sha256: sha256(JSON.stringify(described)),
    contents: Object.fromEntries([...parts].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")])),
  })}\n`;

const damaged = (what: string): never => {
  throw new PdiemError("backup/damaged", `expected the file as it was written: ${what}`, "never");
};

const parseForm = (text: string): z.output<typeof backupFile> => {
  try {
    return backupFile.parse(JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof z.ZodError || cause instanceof SyntaxError)) throw cause;
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause).slice(0, 500) : cause.message;
    throw new PdiemError("backup/form", `expected a backup that this version reads: ${reason}`, "never", { cause });
  }
};

/**
 * Reads a backup of a bridge and checks every hash.
 * @param bridgeId hex of its 32 bytes
 * @throws PdiemError `backup/form`, `backup/damaged`, `backup/other-bridge`
 */
export const parseBackup = (text: string, bridgeId: string): { readonly manifest: Manifest; readonly parts: Parts } => {
  const file = parseForm(text);
  if (sha256(JSON.stringify(file.manifest)) !== file.sha256) damaged("its manifest has another hash");
  if (file.manifest.bridgeId !== bridgeId)
    throw new PdiemError(
      "backup/other-bridge",
      `expected a backup of the bridge ${bridgeId}, it is of ${file.manifest.bridgeId}`,
      "never",
    );
  const parts = file.manifest.parts.map(({ name, bytes, sha256: expected }) => {
    const content = file.contents[name];
    if (content === undefined) return damaged(`${name} is missing`);
    const decoded = Uint8Array.from(Buffer.from(content, "base64"));
    if (decoded.length !== bytes || sha256(decoded) !== expected) damaged(`${name} has another hash`);
    return [name, decoded] as const;
  });
  return { manifest: file.manifest, parts: new Map(parts) };
};
