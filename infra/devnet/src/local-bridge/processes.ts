/** The bridge's own programs, each a process of its own, as an operator runs them. */
import { fileURLToPath } from "node:url";
import { fromHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { type Child, jsonLine, startChild } from "./child.js";

const root = new URL("../../../../", import.meta.url);
const ENCLAVE = fileURLToPath(new URL("enclave/dist/main/simulated.js", root));
/** The file of the command `pdiem`. */
export const RELAYER_PROGRAM = fileURLToPath(new URL("relayer/bin/pdiem.mjs", root));
const START_TIMEOUT = 180_000;

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
  /** Folder that stands for the machine: two enclaves on one machine can open each other's files. */
  readonly machine: string;
  readonly log: string;
}

export interface EnclaveFiles extends StandbyFiles {
  /** File of the bridge's configuration. */
  readonly config: string;
}

/** An enclave that holds no key yet. */
export interface StandbyEnclave {
  readonly child: Child;
  readonly url: string;
  readonly files: StandbyFiles;
}

const custodyKey = async (url: string): Promise<Uint8Array> => {
  const response = await fetch(`${url}/v1/status`);
  const { active } = (await response.json()) as { readonly active?: { readonly custodyKey: string } };
  if (active === undefined) throw new PdiemError("local/enclave", "expected an enclave that is active once it listens");
  return fromHex(active.custodyKey, 32);
};

const listen = ({ data, machine, log }: StandbyFiles, port: number, name: string, more: readonly string[] = []) =>
  startChild(
    {
      name,
      command: process.execPath,
      args: [
        ...[ENCLAVE, "--data", data, "--tee", "simulated", "--machine", machine],
        ...["--port", String(port), ...more],
      ],
      log,
    },
    (line) => {
      const event = jsonLine(line);
      return event?.event === "listening" && typeof event.url === "string" ? event.url : undefined;
    },
    START_TIMEOUT,
  );

/** Starts an enclave and waits until it listens. @param port 0 for any free one */
export const startEnclave = async (files: EnclaveFiles, port = 0): Promise<EnclaveProcess> => {
  const { child, value: url } = await listen(files, port, "The enclave", ["--config", files.config]);
  return { child, url, key: await custodyKey(url) };
};

/** Starts an enclave that makes no key: it waits for one to be handed over. @param port 0 for any free one */
export const startStandby = async (files: StandbyFiles, port = 0): Promise<StandbyEnclave> => {
  const { child, value: url } = await listen(files, port, "The standby enclave");
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

/** Waits until a URL answers with 200. @throws PdiemError `local/not-up` if the process ends or the time runs out first */
export const untilAnswers = async (url: string, child: Child, timeout = START_TIMEOUT): Promise<void> => {
  const end = Date.now() + timeout;
  while (child.running() && Date.now() < end) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  throw new PdiemError("local/not-up", `expected ${child.name.toLowerCase()} to answer at ${url} within ${timeout} ms`);
};
