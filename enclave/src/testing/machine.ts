import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { makeHandoverEnd } from "../handover/handover-end.js";
import { createLog } from "../log.js";
import type { Options } from "../options.js";
import { CONTENT_TYPE, type ErrorBody, type RequestOf, type ResponseOf, type RouteName, routes } from "../routes.js";
import { type Running, run } from "../run.js";
import { createSealedStore } from "../sealing/sealed-store.js";
import { initialKept } from "../state/kept.js";
import { simulatedTee } from "../tee/simulated.js";

/**
 * A host with folders of its own. Enclaves are started, stopped and cloned on it, each behind a
 * real HTTP server.
 */
export interface Machine {
  /**
   * Seals a known key and its first light-client state, as an enclave of that configuration would
   * have left them.
   */
  readonly sealKey: (config: BridgeConfig, seed: Uint8Array) => Promise<void>;
  /** Where the sealed file is. */
  readonly sealed: string;
  /** Log lines of all enclaves so far. */
  readonly lines: readonly string[];
  readonly start: () => Promise<Running>;
  /**
   * Makes another machine with the same folders, as a host makes one by copying. No TEE's sealing
   * key but the simulated one's goes along.
   */
  readonly clone: () => Promise<Machine>;
  /** Stops everything started here and on clones, and removes the folders. */
  readonly clear: () => Promise<void>;
}

export const createMachine = async (from?: string): Promise<Machine> => {
  const folder = await mkdtemp(join(tmpdir(), "pdiem-enclave-"));
  if (from !== undefined) await cp(from, folder, { recursive: true });
  const lines: string[] = [];
  const running: Running[] = [];
  const clones: Machine[] = [];
  const options: Options = {
    data: folder,
    tee: "simulated",
    machine: join(folder, "machine"),
    simulatedAs: undefined,
    host: "127.0.0.1",
    port: 0,
    guard: { tokens: undefined, certificate: undefined, key: undefined, clientCa: undefined },
    config: undefined,
    memoryOnly: false,
  };
  const sealed = join(folder, "sealed");
  const tee = simulatedTee(options.machine);
  return {
    sealed,
    lines,
    sealKey: (config, seed) =>
      makeHandoverEnd().withSecrets((end) =>
        createSealedStore(tee, sealed).create(bridgeId(config), {
          role: "holder",
          seed,
          rest: { end, kept: initialKept(config) },
        }),
      ),
    start: async () => {
      const enclave = await run(
        options,
        tee,
        createLog((line) => lines.push(line)),
      );
      running.push(enclave);
      return enclave;
    },
    clone: async () => {
      const clone = await createMachine(folder);
      clones.push(clone);
      return clone;
    },
    clear: async () => {
      await Promise.all(running.map(({ stop }) => stop()));
      await Promise.all(clones.map(({ clear }) => clear()));
      await rm(folder, { recursive: true });
    },
  };
};

/** What an enclave answers: the response, or its refusal. */
export type Reply<R extends RouteName> =
  | { readonly status: 200; readonly body: ResponseOf<R> }
  | { readonly status: number; readonly error: ErrorBody };

/** Sends bytes to a route, whatever they are. */
export const sendBytes = async <R extends RouteName>(
  { url }: Pick<Running, "url">,
  name: R,
  bytes: Uint8Array,
): Promise<Reply<R>> => {
  const { method, path, response: codec } = routes[name];
  const body = method === "GET" ? {} : { body: new Uint8Array(bytes), headers: { "content-type": CONTENT_TYPE } };
  const response = await fetch(`${url}${path}`, { method, ...body });
  const answered = new Uint8Array(await response.arrayBuffer());
  if (response.status === 200) return { status: 200, body: decode(codec, answered) };
  return { status: response.status, error: JSON.parse(Buffer.from(answered).toString("utf8")) };
};

/** Asks a running enclave. */
export const ask = <R extends RouteName>(
  enclave: Pick<Running, "url">,
  name: R,
  request: RequestOf<R>,
): Promise<Reply<R>> => sendBytes(enclave, name, encode(routes[name].request, request));

/** Asks for what is answered, and throws what isn't. */
export const askFor = async <R extends RouteName>(
  enclave: Pick<Running, "url">,
  name: R,
  request: RequestOf<R>,
): Promise<ResponseOf<R>> => {
  const reply = await ask(enclave, name, request);
  if ("error" in reply) throw new Error(`expected ${name} to be answered, got ${reply.status} ${reply.error.code}`);
  return reply.body;
};

export const CHALLENGE = new Uint8Array(32).fill(0x11);

/** Makes a request that activates with the test configuration. */
export const activation = (config: BridgeConfig = exampleConfig): RequestOf<"activate"> => ({
  config,
  challenge: CHALLENGE,
});
