/** The bridge's own programs, each a process of its own, as an operator runs them. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bool, fixedBytes, string, struct, u8 } from "@pdiem/light-client/codec/bcs";
import { createReader } from "@pdiem/light-client/codec/reader";
import { PdiemError } from "@pdiem/light-client/error";
import { type Child, jsonLine, startChild } from "./child.js";
import { enclaveProgram } from "./enclave-program.js";
import { askStatus, type GuardedDoor, OPEN_DOOR } from "./guarded-door.js";

const root = new URL("../../../../", import.meta.url);
/** The file of the command `pdiem`. */
export const RELAYER_PROGRAM = fileURLToPath(new URL("relayer/bin/pdiem.mjs", root));
const START_TIMEOUT = 180_000;

/**
 * How an enclave's status begins: its role's number, and for one with a key whose bridge that is.
 */
const statusStart = struct({
  tee: string,
  isLasting: bool,
  role: u8,
  bridgeId: fixedBytes(32),
  custodyKey: fixedBytes(32),
});
const HOLDER = 2;

export interface EnclaveProcess {
  readonly child: Child;
  readonly url: string;
  /** Its Ed25519 public key, 32 bytes. */
  readonly key: Uint8Array;
}

/** What an enclave without a configuration needs. */
export interface StandbyFiles {
  /** Folder of its sealed file. */
  readonly data: string;
  /**
   * Folder that stands for the machine: two enclaves on one machine can open each other's files.
   */
  readonly machine: string;
  readonly log: string;
  /** What its door asks for; left out, nothing. */
  readonly door?: GuardedDoor;
  /** The kind that it stands for, where several hold the key. */
  readonly simulatedAs?: string;
}

export interface EnclaveFiles extends StandbyFiles {
  /** File of the bridge's configuration, encoded. */
  readonly config: string;
}

/** An enclave that holds no key yet. */
export interface StandbyEnclave {
  readonly child: Child;
  readonly url: string;
  readonly files: StandbyFiles;
}

const custodyKey = async (url: string, door: GuardedDoor): Promise<Uint8Array> => {
  const { role, custodyKey: key } = statusStart.read(createReader(await askStatus(url, door)));
  if (role !== HOLDER) throw new PdiemError("local/enclave", "expected an enclave that holds a key once it listens");
  return key.slice();
};

const listen = (
  { data, machine, log, door = OPEN_DOOR, simulatedAs }: StandbyFiles,
  port: number,
  name: string,
  more: readonly string[] = [],
) =>
  startChild(
    {
      name,
      command: process.execPath,
      args: [
        ...[fileURLToPath(enclaveProgram()), "--data", data, "--tee", "simulated", "--machine", machine],
        ...["--port", String(port), ...door.args, ...more],
        ...(simulatedAs === undefined ? [] : ["--simulated-as", simulatedAs]),
      ],
      log,
    },
    (line) => {
      const event = jsonLine(line);
      return event?.event === "listening" && typeof event.url === "string" ? event.url : undefined;
    },
    START_TIMEOUT,
  );

/** Encodes a configuration for an enclave, as an operator does. @returns the file written */
export const encodeConfig = (file: string, to: string): string => {
  execFileSync(process.execPath, [RELAYER_PROGRAM, "encode-config", file, to]);
  return to;
};

/** Starts an enclave and waits until it listens. @param port 0 for any free one */
export const startEnclave = async (files: EnclaveFiles, port = 0): Promise<EnclaveProcess> => {
  const { child, value: url } = await listen(files, port, "The enclave", ["--config", files.config]);
  return { child, url, key: await custodyKey(url, files.door ?? OPEN_DOOR) };
};

/**
 * Starts an enclave that makes no key: it waits for one to be handed over.
 * @param port 0 for any free one
 */
export const startStandby = async (
  files: StandbyFiles,
  port = 0,
  name = "The standby enclave",
): Promise<StandbyEnclave> => {
  const { child, value: url } = await listen(files, port, name);
  return { child, url, files };
};

/** Starts a relayer; it is up once its API answers, and works as soon as it can. */
export const startRelayer = async (config: string, apiUrl: string, log: string): Promise<Child> => {
  const { child } = await startChild(
    { name: "The relayer", command: process.execPath, args: [RELAYER_PROGRAM, "start", "--config", config], log },
    () => true,
    START_TIMEOUT,
  );
  await untilAnswers(`${apiUrl}/healthz`, child);
  return child;
};

const POLL = 200;

/**
 * Waits until a URL answers with 200.
 * @throws PdiemError `local/not-up` if the process ends or the time runs out first
 */
export const untilAnswers = async (url: string, child: Child, timeout = START_TIMEOUT): Promise<void> => {
  const end = performance.now() + timeout;
  while (child.running() && performance.now() < end) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  throw new PdiemError("local/not-up", `expected ${child.name.toLowerCase()} to answer at ${url} within ${timeout} ms`);
};
