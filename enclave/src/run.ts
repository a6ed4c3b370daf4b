import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BridgeConfig, bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { decode } from "@pdiem/light-client/codec/bcs";
import { PdiemError } from "@pdiem/light-client/error";
import { createEnclave } from "./enclave.js";
import type { Log } from "./log.js";
import type { Options } from "./options.js";
import { memoryStore } from "./sealing/memory-store.js";
import { createSealedStore } from "./sealing/sealed-store.js";
import { answering } from "./server/answering.js";
import { type OpenDoor, openDoor as openDoorHere } from "./server/door.js";
import { readGuard } from "./server/read-guard.js";
import type { Tee } from "./tee/tee.js";

/** A running enclave. */
export interface Running {
  readonly url: string;
  /** Finishes what is under way, closes the door and wipes the key. */
  readonly stop: () => Promise<void>;
}

const readConfig = async (path: string): Promise<BridgeConfig> => {
  try {
    return decode(bridgeConfig, await readFile(path));
  } catch (cause) {
    throw new PdiemError("config/file", `expected the BCS of a bridge's configuration at ${path}`, "never", { cause });
  }
};

/** What the door asks for, for a person. */
const guardedBy = ({ tokens, clientCa }: Options["guard"]): string =>
  [tokens === undefined ? [] : "token", clientCa === undefined ? [] : "client certificate"].flat().join(" and ") ||
  "nothing: loopback only";

const warningOf = ({ tee, memoryOnly }: Options): string | undefined => {
  if (memoryOnly) return "keys are in memory only: never hold the only copy of one here";
  return tee === "simulated" ? "development only: the host can read the key" : undefined;
};

/**
 * Starts an enclave and its server.
 * @param openDoor opens the server, on this thread where it is left out
 * @throws PdiemError where the configuration, the sealed file or a file of the door is refused; an
 * Error of `node:net` where the address is taken
 */
export const run = async (
  options: Options,
  tee: Tee,
  log: Log,
  openDoor: OpenDoor = openDoorHere,
): Promise<Running> => {
  const guard = await readGuard(options.guard);
  const store = options.memoryOnly ? memoryStore : createSealedStore(tee, join(options.data, "sealed"));
  const enclave = createEnclave({ tee, store, log });
  const warning = warningOf(options);
  log("tee", { kind: tee.kind, by: options.tee, ...(warning === undefined ? {} : { warning }) });
  if (options.config !== undefined) await enclave.open(await readConfig(options.config));
  const { host, port } = options;
  const { url, close } = await openDoor(answering(enclave.handle, log), log, { host, port, guard });
  log("listening", { url, asksFor: guardedBy(options.guard) });
  return {
    url,
    stop: async () => {
      await close();
      await enclave.close();
      log("stopped");
    },
  };
};
