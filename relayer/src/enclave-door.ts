/** The enclave as the configuration names it, and what its door is shown. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createEnclaveClient, type EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { type DoorCredentials, nodeTransport } from "@pdiem/bridge-client/enclave/node-transport";
import { z } from "zod";
import { ConfigError } from "./error.js";

const file = z.string().min(1).max(4096);

const url = z.string().refine((text) => URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol), {
  error: "expected a URL that starts with http:// or https://",
});

/** Files are relative to the configuration's. What is in them stays out of it. */
const door = {
  url: url.describe("the enclave that holds the key"),
  tokenFile: file
    .optional()
    .describe("file with the token that its door is shown, one of the lines of its `--tokens`; read at the start"),
  certificateFile: file.optional().describe("PEM of a client certificate of the authority of its `--client-ca`"),
  keyFile: file.optional().describe("PEM of that certificate's key"),
  caFile: file.optional().describe("PEM of the authority that its door's own certificate is of"),
};

type Door = z.output<z.ZodObject<typeof door>>;

const isWhole = ({ url: at, certificateFile, keyFile, caFile }: Door): boolean =>
  (certificateFile === undefined) === (keyFile === undefined) &&
  ((certificateFile === undefined && caFile === undefined) || at.startsWith("https://"));
const WHOLE = { error: "expected certificateFile and keyFile together, and these or caFile with an https:// URL only" };

export const enclaveConfig = z
  .strictObject({
    ...door,
    timeoutMs: z.int().min(100).max(600_000).default(60_000).describe("of one request to it, ms"),
    others: z
      .array(z.strictObject(door).refine(isWhole, WHOLE))
      .max(64)
      .default([])
      .describe("other enclaves that commands name by URL, such as a key's receiver, each with what its door is shown"),
  })
  .refine(isWhole, WHOLE);

export type EnclaveConfig = z.output<typeof enclaveConfig>;

const besideDoor = <T extends Door>(one: T, folder: string): T => {
  const found = (path: string | undefined): string | undefined => (path === undefined ? path : resolve(folder, path));
  const { tokenFile, certificateFile, keyFile, caFile } = one;
  return {
    ...one,
    tokenFile: found(tokenFile),
    certificateFile: found(certificateFile),
    keyFile: found(keyFile),
    caFile: found(caFile),
  };
};

/** Resolves the paths of the door's files. @param folder of the configuration file */
export const besideConfig = (enclave: EnclaveConfig, folder: string): EnclaveConfig => ({
  ...besideDoor(enclave, folder),
  others: enclave.others.map((one) => besideDoor(one, folder)),
});

const read = (name: string, path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError("config/enclave-door", `enclave.${name}: expected a file at ${path}: ${reason}`, "never", {
      cause,
    });
  }
};

const TOKEN = /^[\x21-\x7e]{1,512}$/;

const readToken = (path: string): string => {
  const token = read("tokenFile", path).trim();
  if (TOKEN.test(token)) return token;
  throw new ConfigError("config/enclave-door", `enclave.tokenFile: expected one token, and nothing else, in ${path}`);
};

const credentialsOf = ({ tokenFile, certificateFile, keyFile, caFile }: Door): DoorCredentials => ({
  ...(tokenFile === undefined ? {} : { token: readToken(tokenFile) }),
  ...(caFile === undefined ? {} : { ca: read("caFile", caFile) }),
  ...(certificateFile === undefined || keyFile === undefined
    ? {}
    : { client: { certificate: read("certificateFile", certificateFile), key: read("keyFile", keyFile) } }),
});

/**
 * Makes a client of the enclave at a URL. Its door is shown what the configuration has for that
 * host and port, and another's nothing.
 * @throws ConfigError `config/enclave-door` where a file is missing or no token
 */
export const enclaveAt = (at: string, { enclave }: { readonly enclave: EnclaveConfig }): EnclaveClient => {
  const { origin } = new URL(at);
  const known = [enclave, ...enclave.others].find((one) => new URL(one.url).origin === origin);
  return createEnclaveClient(nodeTransport(at, enclave.timeoutMs, known === undefined ? {} : credentialsOf(known)));
};
