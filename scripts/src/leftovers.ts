import { existsSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "processes.json";

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/**
 * True if the process works in this folder, or its command line names it. Known on Linux only,
 * else false.
 */
const belongsTo = (pid: number, folder: string): boolean => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder || readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder);
  } catch {
    return false;
  }
};

/**
 * False where the number has gone to another program since, after a restart of the machine say.
 * Known on Linux only, else true.
 */
const isStart = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("start.js");
  } catch {
    return true;
  }
};

const readNote = (file: string): readonly number[] => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as number[];
  } catch {
    // Cut off in the middle of writing it.
    return [];
  }
};

/** Notes which processes work in a folder, the one that started the others first. */
export const noteProcesses = (folder: string, pids: readonly number[]): void =>
  writeFileSync(join(folder, FILE), JSON.stringify(pids));

/**
 * Makes a folder free for a new start: ends what a start that was killed has left behind.
 * @returns the process that still uses the folder, if one does
 */
export const clearLeftovers = (folder: string): number | undefined => {
  const file = join(folder, FILE);
  if (!existsSync(file)) return undefined;
  const [owner, ...children] = readNote(file);
  if (owner !== undefined && owner !== process.pid && isAlive(owner) && isStart(owner)) return owner;
  for (const pid of children) if (isAlive(pid) && belongsTo(pid, folder)) process.kill(pid, "SIGKILL");
  rmSync(file);
  return undefined;
};
