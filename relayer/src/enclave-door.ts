/** The enclaves as the configuration names them, and what their doors are shown. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Holders, MAX_SLOTS } from "@pdiem/bridge/config/holders";
import { createEnclaveClient, type EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { type DoorCredentials, nodeTransport } from "@pdiem/bridge-client/enclave/node-transport";
import { z } from "zod";
import { ConfigError } from "./error.js";

const file = z.string().min(1).max(4096);

const url = z.string().refine((text) => URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol), {
  error: "expected a URL that starts with http:// or https://",
});

/** Files are relative to the configuration's. What is in them stays out of it. */
const shown = {
  tokenFile: file
    .optional()
    .describe("file with the token that its door is shown, one of the lines of its `--tokens`; read at the start"),
  certificateFile: file.optional().describe("PEM of a client certificate of the authority of its `--client-ca`"),
  keyFile: file.optional().describe("PEM of that certificate's key"),
  caFile: file.optional().describe("PEM of the authority that its door's own certificate is of"),
};

type Shown = z.output<z.ZodObject<typeof shown>>;

const isWhole = ({
  url: at = "",
  certificateFile,
  keyFile,
  caFile,
}: Shown & { readonly url?: string | undefined }): boolean =>
  (certificateFile === undefined) === (keyFile === undefined) &&
  ((certificateFile === undefined && caFile === undefined) || at.startsWith("https://"));
const WHOLE = { error: "expected certificateFile and keyFile together, and these or caFile with an https:// URL only" };

const door = z.strictObject({ url, ...shown }).refine(isWhole, WHOLE);

/** Where an enclave answers, and what its door is shown. */
export type Door = z.output<typeof door>;

const EITHER = {
  error:
    "expected either url, where one enclave holds the key, or holders, an entry with url and what its door is shown for each slot, where several do",
};

const NAMED_TWICE = { error: "expected another host or port for each slot: no enclave holds two shares" };

const BESIDE = { error: "expected what each door is shown beside its url, within holders" };

const isShownByItsOwn = ({ holders, ...own }: Shown & { readonly holders?: unknown }): boolean =>
  holders === undefined || Object.keys(shown).every((name) => own[name as keyof Shown] === undefined);

const isEachItsOwn = (doors: readonly Door[]): boolean =>
  new Set(doors.map((one) => new URL(one.url).origin)).size === doors.length;

export const enclaveConfig = z
  .strictObject({
    url: url.optional().meta({ fallback: "none beside `enclave.holders`" }).describe("the enclave that holds the key"),
    ...shown,
    holders: z
      .array(door)
      .max(MAX_SLOTS)
      .refine(isEachItsOwn, NAMED_TWICE)
      .optional()
      .describe(
        "instead, where several hold the key: for each of `bridge.holders.slots`, in that order, its enclave's `url` and what its door is shown",
      ),
    timeoutMs: z.int().min(100).max(600_000).default(60_000).describe("of one request to an enclave, ms"),
    others: z
      .array(door)
      .max(64)
      .default([])
      .describe("other enclaves that commands name by URL, such as a key's receiver, each with what its door is shown"),
  })
  .refine(({ url: at, holders }) => (at === undefined) !== (holders === undefined), EITHER)
  .refine(isShownByItsOwn, BESIDE)
  .refine((one) => one.holders !== undefined || isWhole(one), WHOLE);

export type EnclaveConfig = z.output<typeof enclaveConfig>;

/** Lists the doors of the enclaves that hold the key: one, or one for each slot in their order. */
export const holderDoors = ({ url: at, holders, ...own }: EnclaveConfig): readonly Door[] =>
  holders ?? (at === undefined ? [] : [{ url: at, ...own }]);

/**
 * Finds what is wrong where the enclaves aren't those of the bridge's slots; undefined if nothing.
 * @param holders of the bridge's configuration
 */
export const doorsFault = (enclave: EnclaveConfig, holders: Holders | undefined): string | undefined => {
  if (holders === undefined)
    return enclave.holders === undefined
      ? undefined
      : "expected enclave.url: bridge.holders is left out, so that one enclave holds the key";
  const count = enclave.holders?.length ?? 0;
  return count === holders.slots.length
    ? undefined
    : `expected enclave.holders with ${holders.slots.length} entries, for slots ${holders.slots.map((name, i) => `${i + 1} (${name})`).join(", ")} in this order, got ${count}: bridge.holders names those who hold the key together`;
};

const besideDoor = <T extends Shown>(one: T, folder: string): T => {
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
  holders: enclave.holders?.map((one) => besideDoor(one, folder)),
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

const credentialsOf = ({ tokenFile, certificateFile, keyFile, caFile }: Shown): DoorCredentials => ({
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
  const known = [...holderDoors(enclave), ...enclave.others].find((one) => new URL(one.url).origin === origin);
  return createEnclaveClient(nodeTransport(at, enclave.timeoutMs, known === undefined ? {} : credentialsOf(known)));
};

/**
 * Finds the one enclave that a command is about, where none is named.
 * @throws ConfigError `config/which-holder` where several hold the key
 */
export const soleDoor = (enclave: EnclaveConfig, option: string): Door => {
  const [first, ...others] = holderDoors(enclave);
  if (first !== undefined && others.length === 0) return first;
  throw new ConfigError(
    "config/which-holder",
    `expected one enclave, ${holderDoors(enclave).length} hold the key together: say which by ${option}, such as one of enclave.holders`,
  );
};
