/** Who may ask a relayer's API for what, and how often: as an operator writes it. */
import { isIP } from "node:net";
import { z } from "zod";

/**
 * What a caller may do beside what everybody may: see what is inside, change it, or hand in what
 * guardians decide.
 */
export const scope = z.enum(["read:internals", "operate", "hand-in"]);

export type Scope = z.output<typeof scope>;

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, "expected the name of a header")
  .transform((name) => name.toLowerCase());

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256, 64 hex digits");

const scopes = z.array(scope).min(1);

const token = z.strictObject({
  /** Stands in the log, where the token does something. */
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, "expected 1 to 64 letters, digits, ., _ and -"),
  /** The token's own: whoever reads the configuration learns no token. */
  sha256,
  scopes,
});

const perMinute = (usual: number) => z.int().min(1).max(1_000_000).default(usual);

const host = z
  .string()
  .regex(/^[A-Za-z0-9.-]{1,253}$/, "expected a name without scheme and port")
  .transform((name) => name.toLowerCase());

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: "expected an origin such as https://portal.example",
});

const isSubnet = (text: string): boolean => {
  const [address = "", bits, ...more] = text.split("/");
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isBits = bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= most);
  return most > 0 && isBits && more.length === 0;
};

const subnet = z.string().refine(isSubnet, { error: "expected an IP address, or a subnet such as 10.0.0.0/8" });

/** The part `api` of a relayer's configuration. */
export const apiSettings = z.strictObject({
  host: z
    .string()
    .max(255)
    .default("127.0.0.1")
    .describe("where API and dashboard listen; beyond loopback only with `api.tokens` or `api.signIn`"),
  port: z.int().min(0).max(65_535).default(8090).describe("the port; 0 for any free one"),
  /**
   * Names that it is asked by, beside IP addresses and `localhost`. Left out, it goes by any name,
   * unless it listens on loopback alone.
   */
  hosts: z
    .array(host)
    .max(64)
    .default([])
    .describe("names that it is asked by, beside IP addresses and `localhost`; on loopback any other is refused"),
  /** Pages of these origins may ask it from a browser, beside its own. */
  origins: z
    .array(origin)
    .max(64)
    .default([])
    .describe("origins of other pages that may ask it from a browser, such as `https://portal.example`"),
  /**
   * Addresses and subnets of the proxies before it, each hop's: their `X-Forwarded-For` is
   * believed.
   */
  trustedProxies: z
    .array(subnet)
    .max(64)
    .default([])
    .describe("IP addresses and subnets of the proxies before it, whose `X-Forwarded-For` is believed"),
  tokens: z
    .array(token)
    .max(64)
    .default([])
    .describe(
      "who may do more than users: each with a `name`, the `sha256` of the token, and `scopes`: `read:internals`, `operate`, `hand-in`. [API](api.md) says what each is for",
    ),
  /** A proxy that has people sign in, and names them in a header. */
  signIn: z
    .strictObject({
      userHeader: headerName
        .default("x-forwarded-user")
        .meta({ fallback: "x-forwarded-user" })
        .describe("of a proxy that people sign in at: the header that names them"),
      /** Header by which the proxy shows that it is the proxy, and SHA-256 of what it says. */
      secretHeader: headerName
        .default("x-pdiem-proxy-secret")
        .meta({ fallback: "x-pdiem-proxy-secret" })
        .describe("the header by which the proxy shows that it is the proxy"),
      secretSha256: sha256.describe("SHA-256 of what that header says; must be there where `api.signIn` is"),
      scopes: scopes.describe("what people who have signed in may do"),
    })
    .optional(),
  /** Requests that one address may send in a minute; an IPv6 address counts with its /64. */
  limits: z
    .strictObject({
      usual: perMinute(600).describe("requests that one address may send in a minute"),
      /** What costs more: proofs, evidence, extrinsics, searches, hand-ins. */
      costly: perMinute(120).describe("those of them that cost more"),
      /** Event streams that it may have open at once. */
      streams: z.int().min(1).max(1_000).default(20).describe("event streams that one address may have open"),
    })
    .prefault({}),
});

export type ApiSettings = z.output<typeof apiSettings>;
