import { once } from "node:events";
import { connect } from "node:net";
import { dirname } from "node:path";
import { type Child, startChild } from "./child.js";
import { freePort } from "./free-port.js";

/**
 * Where Redis comes from, as `scripts/redis.mjs` finds it: one that runs, or a program to start.
 */
export type RedisSource =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "program"; readonly path: string; readonly libraries: string | undefined };

export interface RunningRedis {
  readonly url: string;
  /** Absent where Redis ran already: that one isn't ours to stop. */
  readonly child?: Child;
}

const CONNECT_MS = 5_000;
const DEFAULT_PORT = 6379;

/** @throws Error that says what to do where nothing takes connections at the URL */
const expectListener = async (url: string): Promise<void> => {
  const wrong = (reason: string) =>
    new Error(`expected Redis at ${url}, as REDIS_URL says: ${reason}. Start it there, or unset REDIS_URL`);
  if (!URL.canParse(url)) throw wrong("that is no URL");
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = connect({
    host,
    port: port === "" ? DEFAULT_PORT : Number(port),
    signal: AbortSignal.timeout(CONNECT_MS),
  });
  try {
    await once(socket, "connect");
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  } finally {
    socket.destroy();
  }
};

/**
 * Starts Redis on loopback, keeping nothing on disk: everything in it can be rebuilt.
 * @param settings more of Redis's own options
 * @throws Error where none runs at the source's URL, or the program doesn't start
 */
export const startRedis = async (
  source: RedisSource,
  log: string,
  wantedPort = 0,
  settings: readonly string[] = [],
): Promise<RunningRedis> => {
  if (source.kind === "url") {
    await expectListener(source.url);
    return { url: source.url };
  }
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
        ...settings,
      ],
      ...(source.libraries === undefined ? {} : { env: { LD_LIBRARY_PATH: source.libraries } }),
      log,
    },
    (line) => (line.includes("Ready to accept connections") ? true : undefined),
    60_000,
  );
  return { url: `redis://127.0.0.1:${port}`, child };
};
