import { parseArgs } from "node:util";
import { PdiemError } from "@pdiem/light-client/error";
import { TEE_CHOICES, type TeeChoice } from "./tee/open-tee.js";

/** How one enclave process is run. */
export interface Options {
  /** Folder of the sealed file. */
  readonly data: string;
  readonly tee: TeeChoice;
  /** Folder that stands for the machine, with the simulated TEE. */
  readonly machine: string;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** File of the bridge's configuration, to activate with at once. */
  readonly config: string | undefined;
}

export const USAGE =
  "usage: main.js --data DIR --tee KIND [--port N] [--host ADDRESS] [--config FILE] [--machine DIR]\n" +
  "  --data     folder of the sealed key and light-client heads\n" +
  `  --tee      what protects the key: ${TEE_CHOICES.join(", ")}; the last protects nothing\n` +
  "  --port     port to listen on; default 0, any free one\n" +
  "  --host     address to listen on; default 127.0.0.1\n" +
  "  --config   the bridge's configuration, to open the sealed key with at once\n" +
  "  --machine  with --tee simulated, folder of its sealing key; default DIR/machine\n";

const fail = (message: string, cause?: unknown): never => {
  throw new PdiemError("usage", message, "never", { cause });
};

const parsePort = (text: string): number =>
  /^[0-9]{1,5}$/.test(text) && Number(text) < 65536 ? Number(text) : fail(`expected a port, got "${text}"`);

const parseTee = (text: string | undefined): TeeChoice =>
  TEE_CHOICES.find((choice) => choice === text) ??
  fail(`expected --tee ${TEE_CHOICES.join("|")}, got ${text ?? "none"}: there is no default`);

const read = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: "string" },
        tee: { type: "string" },
        machine: { type: "string" },
        host: { type: "string", default: "127.0.0.1" },
        port: { type: "string", default: "0" },
        config: { type: "string" },
      },
    }).values;
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : "unknown option", cause);
  }
};

/** @throws PdiemError `usage` */
export const parseOptions = (args: readonly string[]): Options => {
  const { data = fail("expected --data DIR"), tee: kind, machine, host, port, config } = read(args);
  const tee = parseTee(kind);
  if (machine !== undefined && tee !== "simulated")
    fail(`expected --machine with --tee simulated only, not with ${tee}`);
  return { data, tee, machine: machine ?? `${data}/machine`, host, port: parsePort(port), config };
};
