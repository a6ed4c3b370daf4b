import { isIP, isIPv4 } from "node:net";
import { parseArgs } from "node:util";
import { PdiemError } from "@pdiem/light-client/error";
import type { GuardFiles } from "./server/read-guard.js";
import type { TeeChoice } from "./tee/adapters.js";

/** How one enclave process is run. */
export interface Options {
  /** Folder of the sealed file. */
  readonly data: string;
  readonly tee: TeeChoice;
  /** Folder that stands for the machine, with the simulated TEE. */
  readonly machine: string;
  /** The kind that a simulated TEE stands for, where several hold the key. */
  readonly simulatedAs: string | undefined;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** What whoever asks has to show: on loopback, and only there, perhaps nothing. */
  readonly guard: GuardFiles;
  /** File with the BCS of the bridge's configuration, to activate with at once. */
  readonly config: string | undefined;
  /** Whether the key is kept in memory and nowhere else, in guests that have no sealing key. */
  readonly memoryOnly: boolean;
}

/** Describes the program's options for a person, by the ways to a TEE that it has. */
export const usageText = (choices: readonly TeeChoice[]): string =>
  "usage: enclave.mjs --data DIR --tee KIND [--port N] [--host ADDRESS] [--config FILE] [--machine DIR] [--simulated-as NAME] [--memory-only]\n" +
  "                   [--tokens FILE] [--tls-certificate FILE --tls-key FILE [--client-ca FILE]]\n" +
  "  --data     folder of what is sealed\n" +
  `  --tee      what protects the key: ${choices.join(", ")}\n` +
  "  --port     default 0, any free one\n" +
  "  --host     default 127.0.0.1; any but loopback wants --tokens or --client-ca\n" +
  "  --tokens   one token a line, one of which relayers show: openssl rand -hex 32\n" +
  "  --tls-certificate, --tls-key  PEM that the door shows, in TLS 1.3\n" +
  "  --client-ca  PEM of the authority that relayers' certificates are of\n" +
  "  --config   BCS of the configuration, to open the key at once\n" +
  "  --machine  folder of a simulated sealing key; default DIR/machine\n" +
  "  --simulated-as NAME  with --tee simulated: the kind that it stands for, one of several\n" +
  "  --memory-only  with --tee tdx or sev-snp: hold a handed-over key in memory alone. Never the only holder\n";

/** Guests whose sealing key, if they have one, a program can't ask the kernel for. */
const WITHOUT_SEALING_KEY: readonly TeeChoice[] = ["tdx", "sev-snp"];

const NAME = /^[a-z0-9-]{1,32}$/;

const fail = (message: string, cause?: unknown): never => {
  throw new PdiemError("usage", message, "never", { cause });
};

const parsePort = (text: string): number =>
  /^[0-9]{1,5}$/.test(text) && Number(text) < 65536 ? Number(text) : fail(`expected a port, got "${text}"`);

const parseTee = (text: string | undefined, choices: readonly TeeChoice[]): TeeChoice =>
  choices.find((choice) => choice === text) ?? fail(`expected --tee ${choices.join("|")}, got ${text ?? "none"}`);

const isLoopback = (host: string): boolean => host === "::1" || (isIPv4(host) && host.startsWith("127."));

const checkGuard = (host: string, { tokens, certificate, key, clientCa }: GuardFiles): void => {
  if ((certificate === undefined) !== (key === undefined)) fail("expected --tls-certificate and --tls-key together");
  if (clientCa !== undefined && key === undefined) fail("expected --client-ca with --tls-certificate and --tls-key");
  if (isLoopback(host) || tokens !== undefined || clientCa !== undefined) return;
  const what = isIP(host) === 0 ? "a name, and no address of loopback" : "no address of loopback";
  fail(
    `expected --tokens FILE, or --tls-certificate, --tls-key and --client-ca, as ${host} is ${what}: others could keep the enclave busy. Or leave out --host, for 127.0.0.1`,
  );
};

const read = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: "string" },
        tee: { type: "string" },
        machine: { type: "string" },
        "simulated-as": { type: "string" },
        host: { type: "string", default: "127.0.0.1" },
        port: { type: "string", default: "0" },
        config: { type: "string" },
        "memory-only": { type: "boolean", default: false },
        tokens: { type: "string" },
        "tls-certificate": { type: "string" },
        "tls-key": { type: "string" },
        "client-ca": { type: "string" },
      },
    }).values;
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : "unknown option", cause);
  }
};

/**
 * @param choices of the program
 * @throws PdiemError `usage`
 */
export const parseOptions = (args: readonly string[], choices: readonly TeeChoice[]): Options => {
  const { data = fail("expected --data DIR"), tee: kind, machine, host, port, config, ...rest } = read(args);
  const tee = parseTee(kind, choices);
  if (machine !== undefined && tee !== "simulated") fail(`expected --machine with --tee simulated only`);
  const { "memory-only": memoryOnly, "simulated-as": simulatedAs } = rest;
  if (simulatedAs !== undefined && (tee !== "simulated" || !NAME.test(simulatedAs)))
    fail("expected --simulated-as with --tee simulated only, and a name of letters, digits and -");
  if (memoryOnly && !WITHOUT_SEALING_KEY.includes(tee))
    fail(`expected --memory-only with ${WITHOUT_SEALING_KEY.join(" or ")} only`);
  if (memoryOnly && config !== undefined) fail("expected no --config with --memory-only: it comes with the key");
  const guard: GuardFiles = {
    tokens: rest.tokens,
    certificate: rest["tls-certificate"],
    key: rest["tls-key"],
    clientCa: rest["client-ca"],
  };
  checkGuard(host, guard);
  return {
    ...{ data, tee, machine: machine ?? `${data}/machine`, simulatedAs },
    ...{ host, port: parsePort(port), guard, config, memoryOnly },
  };
};
