/** The files that say who may ask, read and checked once, before anything listens. */
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { PdiemError } from "@pdiem/light-client/error";
import { type DoorTls, type Guard, hashToken } from "./guard.js";

/** Paths of these files; undefined where the door asks for no such thing. */
export interface GuardFiles {
  /** One token a line. */
  readonly tokens: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly clientCa: string | undefined;
}

const MAX_TOKENS = 64;
const MAX_BYTES = 64 * 1024;
/** 32 bytes as base64url; as hex they are 64. */
const TOKEN = /^[A-Za-z0-9_-]{43,512}$/;
const SHORT_HEX = /^[0-9a-fA-F]{1,63}$/;
/** What was typed rather than drawn has few. */
const LEAST_DIFFERENT = 10;

const fail = (message: string, cause?: unknown): never => {
  throw new PdiemError("door/file", message, "never", { cause });
};

const read = async (path: string): Promise<string> => {
  const bytes = await readFile(path).catch((cause: unknown) => fail(`expected a file at ${path}: ${cause}`, cause));
  return bytes.length <= MAX_BYTES ? bytes.toString("utf8") : fail(`expected at most ${MAX_BYTES} bytes in ${path}`);
};

const isToken = (line: string): boolean =>
  TOKEN.test(line) && !SHORT_HEX.test(line) && new Set(line).size >= LEAST_DIFFERENT;

const readTokens = async (path: string): Promise<readonly Uint8Array[]> => {
  const lines = (await read(path)).split(/\r?\n/).filter((line) => line !== "");
  if (lines.length === 0 || lines.length > MAX_TOKENS || !lines.every(isToken))
    fail(`expected 1 to ${MAX_TOKENS} tokens of 32 random bytes in ${path}, one a line: openssl rand -hex 32`);
  return lines.map(hashToken);
};

const readTls = async (certificatePath: string, keyPath: string, caPath: string | undefined): Promise<DoorTls> => {
  const [certificate, key] = [await read(certificatePath), await read(keyPath)];
  const clientCa = caPath === undefined ? undefined : await read(caPath);
  try {
    createSecureContext({ cert: certificate, key });
    // Without a certificate in it, Node.js would admit those of the public authorities.
    if (clientCa !== undefined) new X509Certificate(clientCa);
  } catch (cause) {
    return fail(
      `expected PEM of a certificate in ${certificatePath}, of its key in ${keyPath}${caPath === undefined ? "" : `, of an authority in ${caPath}`}: ${cause}`,
      cause,
    );
  }
  return { certificate, key, clientCa };
};

/** @throws PdiemError `door/file`, which says what was expected, and nothing of the content */
export const readGuard = async ({ tokens, certificate, key, clientCa }: GuardFiles): Promise<Guard> => ({
  tokens: tokens === undefined ? undefined : await readTokens(tokens),
  tls: certificate === undefined || key === undefined ? undefined : await readTls(certificate, key, clientCa),
});
