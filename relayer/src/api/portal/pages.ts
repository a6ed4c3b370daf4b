/** The portal's files, as `relayer/web` is built. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { Config } from "../../config.js";

const FOLDER = fileURLToPath(new URL("../../../web/dist", import.meta.url));

/**
 * Nothing is evaluated, nobody frames it, and nobody is asked but this relayer and those that it is
 * compared with.
 */
const policyWith = (relayers: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...relayers.map((url) => new URL(url).origin)].join(" "),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(self), geolocation=(), microphone=()",
};

/** Tells whether the portal has been built: else there is none. */
export const hasPages = (): boolean => existsSync(FOLDER);

/** Serves the portal at `/`. Files named by their content are kept for good. */
export const pageRoutes = (app: FastifyInstance, { relayers }: Config["portal"]): void => {
  const headers = { ...HEADERS, "content-security-policy": policyWith(relayers) };
  app.register(fastifyStatic, {
    root: FOLDER,
    index: ["index.html"],
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      for (const [name, value] of Object.entries(headers)) reply.header(name, value);
      reply.header("cache-control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
};
