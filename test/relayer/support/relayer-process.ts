/** A relayer as a process of its own, on a machine that something may be wrong with. */
import { type Child, startChild } from "@pdiem/devnet/local-bridge/child";
import { RELAYER_PROGRAM, untilAnswers } from "@pdiem/devnet/local-bridge/processes";

export interface RelayerProcessOptions {
  /** Path of its configuration. */
  readonly file: string;
  /** Where that has its API listen. */
  readonly url: string;
  readonly log: string;
  /** JavaScript that runs in the process first: what is wrong with its machine. */
  readonly before?: string;
  /** The file of the command `pdiem`, where it is another one. */
  readonly program?: string;
}

const TIMEOUT_MS = 180_000;

/** Starts it, and waits until its API answers. */
export const startRelayerProcess = async (options: RelayerProcessOptions): Promise<Child> => {
  const { file, url, log, before = "", program = RELAYER_PROGRAM } = options;
  const machine = `--import=data:text/javascript,${encodeURIComponent(before)}`;
  const args = [machine, program, "start", "--config", file];
  const { child } = await startChild(
    { name: "The relayer", command: process.execPath, args, log },
    () => true,
    TIMEOUT_MS,
  );
  await untilAnswers(`${url}/healthz`, child);
  return child;
};
