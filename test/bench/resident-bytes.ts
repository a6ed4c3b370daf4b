import { readFileSync } from "node:fs";

/**
 * Reads how much of a process is in memory, what it shares with others too.
 * @throws Error where there is no /proc: only Linux tells
 */
export const residentBytes = (pid: number): number => {
  const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  if (kibibytes === undefined) throw new Error(`expected process ${pid} to say what it has in memory`);
  return Number(kibibytes) * 1024;
};
