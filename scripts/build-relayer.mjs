// @ts-check
// Makes the bundle of the command `pdiem`, of what is compiled: a relayer's start is mostly the loading of its modules.
import { rmSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { bundleIn } from "../relayer/bin/program.mjs";

const folder = dirname(fileURLToPath(bundleIn()));
const program = fileURLToPath(new URL("../relayer/dist/cli/main.js", import.meta.url));

/** They look for files of their own beside their code, or load others by names that they make. */
const STAY_OUTSIDE = ["ioredis", "pino", "@fastify/static", "@fastify/swagger-ui", "msgpackr-extract", "@polkadot"];

/** @param {string} id */
const isOutside = (id) =>
  id.startsWith("node:") || STAY_OUTSIDE.some((name) => id === name || id.startsWith(`${name}/`));

/** Modules go on finding what lies beside them. */
const ownPlaces = {
  name: "own-places",
  /** @param {string} code @param {string} id */
  transform: (code, id) => {
    if (id.startsWith("\0") || !code.includes("import.meta.url")) return undefined;
    const place = JSON.stringify(relative(folder, id).replaceAll("\\", "/"));
    return code.replaceAll("import.meta.url", `new URL(${place}, import.meta.url).href`);
  },
};

rmSync(folder, { recursive: true, force: true });
const build = await rolldown({
  input: program,
  platform: "node",
  external: isOutside,
  resolve: { conditionNames: ["node", "import", "default"] },
  plugins: [ownPlaces],
  experimental: { attachDebugInfo: "none" },
  // The dashboard's library looks for its pages by `eval`, where it isn't told where they are.
  onLog: (level, { code, message }) => {
    if (level === "warn" && code !== "EVAL") throw new Error(message);
  },
});
// Readable, as what an operator sees of an error is where it was thrown.
await build.write({ dir: folder, format: "esm", sourcemap: false, minify: false });
await build.close();
