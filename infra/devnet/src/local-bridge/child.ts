import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";

/** A process of the local bridge, its output kept in a file. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves once the process has ended, with what it ended by. */
  readonly ended: Promise<string>;
  readonly running: () => boolean;
  /** Sends SIGTERM, and SIGKILL if it hasn't ended after `patience` ms. */
  readonly stop: (patience?: number) => Promise<void>;
  /** Sends SIGKILL, like a machine that fails. */
  readonly kill: () => Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where its output goes, appended. */
  readonly log: string;
}

const PATIENCE = 10_000;
const KEPT_LINES = 20;

// Whatever ends this process, be it in the middle of starting something, must not leave the others
// behind.
const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const one of alive) one.kill("SIGKILL");
});

const describeEnd = ([code, signal]: readonly unknown[]): string =>
  signal === null ? `exit status ${String(code)}` : `signal ${String(signal)}`;

/**
 * Starts a process and waits for the line of its output that says it is ready.
 * @param ready what it makes of a line of standard output: undefined while the process isn't ready
 * @throws Error with the last lines it wrote, if it ends first or isn't ready within `timeout` ms
 */
export const startChild = async <T>(
  { name, command, args, env, log }: ChildOptions,
  ready: (line: string) => T | undefined,
  timeout: number,
): Promise<{ readonly child: Child; readonly value: T }> => {
  const process_: ChildProcess = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  alive.add(process_);
  const file = createWriteStream(log, { flags: "a" });
  const ended = Promise.race([
    once(process_, "exit").then(describeEnd),
    once(process_, "error").then(([error]) => `not started: ${String(error)}`),
  ]);
  const running = (): boolean => process_.exitCode === null && process_.signalCode === null;
  const stopBy = async (signal: NodeJS.Signals, patience: number): Promise<void> => {
    if (!running()) return;
    process_.kill(signal);
    const last = setTimeout(() => process_.kill("SIGKILL"), patience);
    await ended;
    clearTimeout(last);
  };
  const child: Child = {
    name,
    pid: process_.pid ?? -1,
    ended,
    running,
    stop: (patience = PATIENCE) => stopBy("SIGTERM", patience),
    kill: () => stopBy("SIGKILL", 0),
  };
  const recent: string[] = [];
  const value = await new Promise<T>((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`${name} didn't start (${reason}). Its log is ${log}; it ends:\n${recent.join("\n")}`));
    };
    const timer = setTimeout(() => {
      void child.kill();
      fail(`not ready after ${timeout / 1000} s`);
    }, timeout);
    for (const [stream, answers] of [
      [process_.stdout, true],
      [process_.stderr, false],
    ] as const) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        file.write(`${line}\n`);
        recent.push(line);
        if (recent.length > KEPT_LINES) recent.shift();
        const answer = answers ? ready(line) : undefined;
        if (answer === undefined) return;
        clearTimeout(timer);
        resolve(answer);
      });
    }
    void ended.then((reason) => {
      alive.delete(process_);
      file.end();
      fail(reason);
    });
  });
  return { child, value };
};

/** Reads the object on a line of JSON; undefined for other lines. */
export const jsonLine = (line: string): Readonly<Record<string, unknown>> | undefined => {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
};
