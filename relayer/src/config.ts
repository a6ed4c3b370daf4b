import { dirname, resolve } from "node:path";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { collateralSources } from "@pdiem/bridge-client/collateral/collateral-sources";
import { parseBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { isPdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { apiSettings } from "./api-settings.js";
import { ConfigError } from "./error.js";
import { readJson } from "./json-file.js";

const url = (...schemes: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.replace(":", "")), {
    error: `expected a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
  });

const urls = (...schemes: readonly string[]) => z.array(url(...schemes)).min(1, "expected at least one URL");

const milliseconds = (least: number, most: number) => z.int().min(least).max(most);

const bounds = {
  /** One request, until its last byte. */
  timeoutMs: milliseconds(100, 600_000).default(20_000),
  /** A longer answer is cut off and its endpoint passed over. */
  maxResponseBytes: z.int().min(1024).max(1_000_000_000).default(64_000_000),
  /** How often the chain is asked for news. */
  pollMs: milliseconds(50, 600_000).default(2_000),
};

const substrate = z.strictObject({
  /**
   * Nodes to hear of new blocks from, the one preferred first. By WebSocket they tell them, by HTTP
   * they are polled.
   */
  urls: urls("ws", "wss", "http", "https"),
  /**
   * HTTP endpoints of the same chain, for all else. Left out: those of `urls`, as Substrate nodes
   * serve both on one port.
   */
  httpUrls: urls("http", "https").optional(),
  ...bounds,
});

const link = z
  .string()
  .max(1_000)
  .regex(/^https:\/\/[^\s"<>]+$/, "expected an https address");

const schema = z.strictObject({
  diem: z.strictObject({ urls: urls("http", "https"), ...bounds }),
  parachain: substrate.extend({
    /**
     * The bridge has no batch in any block before. It is for nodes that keep old blocks without
     * their state, or not at all.
     */
    firstBlock: z.int().min(0).max(0xffff_ffff).default(0),
  }),
  relay: substrate,
  enclave: z.strictObject({ url: url("http", "https"), timeoutMs: milliseconds(100, 600_000).default(60_000) }),
  redis: z.strictObject({
    url: url("redis", "rediss"),
    /** Relayers that share a prefix share their queues. The bridge's id is added to it. */
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,40}$/, "expected 1 to 40 letters, digits, - and _")
      .default("pdiem"),
  }),
  api: apiSettings.prefault({}),
  /**
   * Where people look transactions up: addresses in which `{version}`, or `{block}` and `{hash}`,
   * are filled in.
   */
  explorers: z.strictObject({ diem: link.optional(), parachain: link.optional() }).prefault({}),
  /**
   * Other relayers of the bridge, by where their APIs answer: what users have told one of them, the
   * others learn.
   */
  relayers: z.strictObject({ urls: z.array(url("http", "https")).max(64).default([]) }).prefault({}),
  /**
   * What the portal's visitors are served. Their pages compare this relayer with these others, by
   * where browsers reach their APIs, and move nothing where these disagree.
   */
  portal: z.strictObject({ relayers: z.array(url("http", "https")).max(16).default([]) }).prefault({}),
  /** When what can't be settled now is tried again; until then others go first. */
  retry: z
    .strictObject({
      settleMs: milliseconds(100, 600_000).default(30_000),
    })
    .prefault({}),
  misbehaviour: z
    .strictObject({
      /**
       * Where evidence is kept, a file for each set that misbehaved; relative to the configuration
       * file.
       */
      folder: z.string().min(1).max(4096).default("evidence"),
      /**
       * How often every node is asked, so that one of another history is noticed, whichever is
       * preferred.
       */
      compareMs: milliseconds(250, 3_600_000).default(15_000),
    })
    .prefault({}),
  state: z
    .strictObject({
      /**
       * Folder of this operator alone: what was verified is kept there for the next start. Relative
       * to the configuration file.
       */
      folder: z.string().min(1).max(4096).default("state"),
    })
    .prefault({}),
  log: z
    .strictObject({ level: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info") })
    .prefault({}),
  /** Where the collateral of attestation evidence comes from. */
  attestation: collateralSources.prefault({}),
  /**
   * The bridge's own configuration, whose hash is the bridge's id: trust roots, currencies,
   * limits.
   */
  bridge: z.record(z.string(), z.unknown()),
});

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
 * @throws ConfigError `config/invalid`, which lists every fault with its place
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
  const { bridge, parachain, relay, ...rest } = result.data;
  return {
    ...rest,
    parachain: { ...parachain, httpUrls: parachain.httpUrls ?? parachain.urls.map(httpOf) },
    relay: { ...relay, httpUrls: relay.httpUrls ?? relay.urls.map(httpOf) },
    bridge: parseBridge(bridge),
  };
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
    parseBridge(result.data.bridge);
    return [];
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
  return { ...config, misbehaviour: beside(config.misbehaviour), state: beside(config.state) };
};
