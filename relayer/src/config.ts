import { dirname, resolve } from "node:path";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { collateralSources } from "@pdiem/bridge-client/collateral/collateral-sources";
import { parseBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { isPdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { apiSettings } from "./api-settings.js";
import { besideConfig, doorsFault, type EnclaveConfig, enclaveConfig } from "./enclave-door.js";
import { ConfigError } from "./error.js";
import { readJson } from "./json-file.js";

const url = (...schemes: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.replace(":", "")), {
    error: `expected a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
  });

const urls = (...schemes: readonly string[]) => z.array(url(...schemes)).min(1, "expected at least one URL");

const milliseconds = (least: number, most: number) => z.int().min(least).max(most);

const bounds = {
  timeoutMs: milliseconds(100, 600_000).default(20_000).describe("of one request, until its last byte, ms"),
  maxResponseBytes: z
    .int()
    .min(1024)
    .max(1_000_000_000)
    .default(64_000_000)
    .describe("a longer answer is cut off, and its endpoint passed over"),
  pollMs: milliseconds(50, 600_000).default(2_000).describe("how often the chain is asked for news, ms"),
};

const substrate = (chain: string) =>
  z.strictObject({
    urls: urls("ws", "wss", "http", "https").describe(
      `nodes of ${chain}, the preferred one first: several, of different people. New blocks are heard of over \`ws://\` and \`wss://\`, and polled for over \`http://\` and \`https://\``,
    ),
    httpUrls: urls("http", "https")
      .optional()
      .meta({ fallback: "those of `urls`" })
      .describe("HTTP endpoints of the same chain, for everything else: reading, proving, handing in what is signed"),
    ...bounds,
  });

const link = z
  .string()
  .max(1_000)
  .regex(/^https:\/\/[^\s"<>]+$/, "expected an https address");

const folder = (name: string) => z.string().min(1).max(4096).default(name);

const LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;

const schema = z.strictObject({
  diem: z.strictObject({
    urls: urls("http", "https").describe(
      "JSON-RPC endpoints of Diem, the preferred one first: several, of different people",
    ),
    ...bounds,
    newsMs: milliseconds(50, 600_000)
      .default(250)
      .describe(
        "how often a node is asked whether custody was paid, ms: what it tells is proven at once, before the next poll",
      ),
  }),
  parachain: substrate("the parachain").extend({
    firstBlock: z
      .int()
      .min(0)
      .max(0xffff_ffff)
      .default(0)
      .describe(
        "no batch is in any block before: for nodes that keep no older ones. The log tells it: `the bridge's history is read`",
      ),
  }),
  relay: substrate("the relay chain"),
  enclave: enclaveConfig,
  redis: z.strictObject({
    url: url("redis", "rediss").describe("any Redis without cluster mode; it may be lost at any time"),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,40}$/, "expected 1 to 40 letters, digits, - and _")
      .default("pdiem")
      .describe("relayers that share a prefix share their queues; the bridge's id is added"),
  }),
  api: apiSettings.prefault({}),
  explorers: z
    .strictObject({
      diem: link
        .optional()
        .describe("https address where the portal looks Diem's transactions up: `{version}` is filled in"),
      parachain: link
        .optional()
        .describe("https address where it looks the parachain's up: `{block}` and `{hash}` are filled in"),
    })
    .prefault({}),
  relayers: z
    .strictObject({
      urls: z
        .array(url("http", "https"))
        .max(64)
        .default([])
        .describe(
          "where the APIs of other relayers of the bridge answer, such as `http://10.0.0.2:8090`: what users have told them, this one learns",
        ),
    })
    .prefault({}),
  portal: z
    .strictObject({
      relayers: z
        .array(url("http", "https"))
        .max(16)
        .default([])
        .describe(
          "where browsers reach the APIs of other relayers of the bridge: the portal compares what they tell, and moves nothing where they disagree. Each must allow this page's origin",
        ),
    })
    .prefault({}),
  retry: z
    .strictObject({
      settleMs: milliseconds(100, 600_000)
        .default(30_000)
        .describe("when what can't be settled now is tried again, ms; until then others go first"),
    })
    .prefault({}),
  finished: z
    .strictObject({
      keep: z
        .int()
        .min(0)
        .max(1_000_000)
        .default(100_000)
        .describe(
          "how many transfers that have ended Redis keeps whole and finds by account, address or version: about 1 kB each. Older ones are shown by the journal alone",
        ),
      keepMs: milliseconds(60_000, 315_360_000_000).default(31_536_000_000).describe("how long after their end, ms"),
    })
    .prefault({}),
  misbehaviour: z
    .strictObject({
      folder: folder("evidence").describe("where evidence is kept, a file a set; relative to this file"),
      compareMs: milliseconds(250, 3_600_000)
        .default(15_000)
        .describe("how often all nodes are asked what they hold for final, ms"),
    })
    .prefault({}),
  state: z
    .strictObject({
      folder: folder("state").describe(
        "what its light clients have verified, for the next start; withdrawal accounts that it was told; configurations that it has served. Of this operator alone: never copy it to another",
      ),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(LEVELS)
        .default("info")
        .describe(`${LEVELS.join(", ")}`),
    })
    .prefault({}),
  attestation: collateralSources.prefault({}),
  bridge: z.record(z.string(), z.unknown()).describe("the bridge's own configuration, whose hash is the bridge's id"),
});

/** The shape of the file, as JSON Schema: with descriptions, bounds and defaults. */
export const configJsonSchema = (): unknown => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });

/** What an operator writes, before defaults; the devnet writes an example. */
export type ConfigFile = z.input<typeof schema>;

type Checked = z.output<typeof schema>;
type Completed = Omit<Checked, "bridge" | "parachain" | "relay"> & {
  readonly parachain: Checked["parachain"] & { readonly httpUrls: readonly string[] };
  readonly relay: Checked["relay"] & { readonly httpUrls: readonly string[] };
};

/** A relayer's configuration with every default filled in. */
export type Config = Completed & {
  readonly bridge: BridgeConfig;
};

const place = (path: readonly PropertyKey[]): string => (path.length === 0 ? "the file" : path.map(String).join("."));

/** One thing that is wrong in a configuration. */
export interface ConfigFault {
  /** `config/invalid`; `config/bridge` for what is wrong in the bridge's own part. */
  readonly code: string;
  /** Such as `diem.urls.0`. */
  readonly field: string;
  readonly text: string;
}

const faultsOf = (error: z.ZodError): readonly ConfigFault[] =>
  error.issues.map(({ path, message }) => ({ code: "config/invalid", field: place(path), text: message }));

const httpOf = (text: string): string => text.replace(/^ws/, "http");

/**
 * Checks a configuration that was read as JSON.
 * @throws ConfigError `config/invalid`, which lists every fault with its place; `config/bridge`,
 * `config/holders`
 */
export const parseConfig = (value: unknown): Config => {
  const result = schema.safeParse(value);
  if (!result.success)
    throw new ConfigError(
      "config/invalid",
      `expected a relayer configuration, found:\n${faultsOf(result.error)
        .map(({ field, text }) => `  ${field}: ${text}`)
        .join("\n")}`,
    );
  const { parachain, relay, ...rest } = result.data;
  const bridge = parseBridge(result.data.bridge);
  const fault = faultOfDoors(result.data.enclave, bridge);
  if (fault !== undefined) throw new ConfigError(fault.code, `${fault.field}: ${fault.text}`);
  return {
    ...rest,
    parachain: { ...parachain, httpUrls: parachain.httpUrls ?? parachain.urls.map(httpOf) },
    relay: { ...relay, httpUrls: relay.httpUrls ?? relay.urls.map(httpOf) },
    bridge,
  };
};

const faultOfDoors = (enclave: EnclaveConfig, { holders }: BridgeConfig): ConfigFault | undefined => {
  const text = doorsFault(enclave, holders);
  return text === undefined ? undefined : { code: "config/holders", field: "enclave", text };
};

const parseBridge = (value: unknown): BridgeConfig => {
  try {
    return parseBridgeConfig(value);
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    throw new ConfigError("config/bridge", `bridge: ${cause.message}`, "never", { cause });
  }
};

/** Lists all that is wrong in a configuration that was read as JSON. */
export const configFaults = (value: unknown): readonly ConfigFault[] => {
  const result = schema.safeParse(value);
  if (!result.success) return faultsOf(result.error);
  try {
    const fault = faultOfDoors(result.data.enclave, parseBridge(result.data.bridge));
    return fault === undefined ? [] : [fault];
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return [{ code: error.code, field: "bridge", text: error.message }];
  }
};

/**
 * Reads and checks a configuration file: JSON, with comments if somebody likes.
 * @throws ConfigError of `readJson` and `parseConfig`
 */
export const readConfig = (path: string): Config => {
  const config = parseConfig(readJson(path));
  const beside = <T extends { readonly folder: string }>(part: T): T => ({
    ...part,
    folder: resolve(dirname(path), part.folder),
  });
  return {
    ...config,
    enclave: besideConfig(config.enclave, dirname(path)),
    misbehaviour: beside(config.misbehaviour),
    state: beside(config.state),
  };
};
