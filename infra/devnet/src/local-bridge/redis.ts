import { dirname } from "node:path";
import { type Child, startChild } from "./child.js";
import { freePort } from "./free-port.js";

/** Where Redis comes from, as `scripts/redis.mjs` finds it: one that runs, or a program to start. */
export type RedisSource =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "program"; readonly path: string; readonly libraries: string | undefined };

export interface RunningRedis {
  readonly url: string;
  /** Absent where Redis ran already: that one isn't ours to stop. */
  readonly child?: Child;
}

/** Starts Redis on loopback, keeping nothing on disk: everything in it can be rebuilt. */
export const startRedis = async (source: RedisSource, log: string, wantedPort = 0): Promise<RunningRedis> => {
  if (source.kind === "url") return { url: source.url };
  const port = await freePort(wantedPort);
  const { child } = await startChild(
    {
      name: "Redis",
      command: source.path,
      args: [
        "--bind",
        "127.0.0.1",
        "--dir",
        dirname(log),
        "--port",
        String(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--maxmemory-policy",
        "noeviction",
      ],
      ...(source.libraries === undefined ? {} : { env: { LD_LIBRARY_PATH: source.libraries } }),
      log,
    },
    (line) => (line.includes("Ready to accept connections") ? true : undefined),
    20_000,
  );
  return { url: `redis://127.0.0.1:${port}`, child };
};
