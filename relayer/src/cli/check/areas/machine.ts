import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { versionFault } from "../../../../bin/node-version.mjs";
import { monotonicNow } from "../../../clock.js";
import { type Finding, need, wish } from "../../set-up/finding.js";
import type { Area } from "../area.js";

const MIB = 1024 * 1024;
/** Light clients, configurations and evidence of years take a few megabytes. */
const LEAST_BYTES = 64 * MIB;
const AMPLE_BYTES = 1024 * MIB;
/** Clocks are slewed by less meanwhile. */
const STEP_MS = 1_000;

/** Looks at what this program runs on. */
export const nodeFinding = (version: string = process.versions.node): Finding => {
  const fault = versionFault(version);
  const todo = "install a newer Node.js";
  return need("machine/node", "Node.js", fault === undefined, "one that pdiem runs on", fault ?? version, todo);
};

const nearest = async (folder: string): Promise<Awaited<ReturnType<typeof statfs>>> => {
  try {
    return await statfs(folder);
  } catch (error) {
    if (dirname(folder) === folder) throw error;
    return nearest(dirname(folder));
  }
};

const inMib = (bytes: number): string => `${Math.floor(bytes / MIB)} MiB`;

/** Judges the room that is left where a folder is, or will be. */
export const diskFinding = (folder: string, bytes: number): Finding => {
  const make = bytes < LEAST_BYTES ? need : wish;
  const expected = `${inMib(AMPLE_BYTES)} free, and never less than ${inMib(LEAST_BYTES)}`;
  const todo = "free some, or name another state.folder: what can't be kept is verified anew at each start";
  return make("machine/disk", `disk of ${folder}`, bytes >= AMPLE_BYTES, expected, `${inMib(bytes)} free`, todo);
};

/** Whether this machine's clock goes as its monotonic one does. @param startedAt by both */
export const stepFinding = (
  startedAt: { readonly wall: number; readonly monotonic: number },
  now: { readonly wall: number; readonly monotonic: number },
): Finding => {
  const step = Math.round(now.wall - startedAt.wall - (now.monotonic - startedAt.monotonic));
  return wish(
    "machine/clock-set",
    "clock",
    Math.abs(step) <= STEP_MS,
    "a clock that isn't set while this runs",
    `set by ${step} ms`,
    "see what sets it: one time service, which slews. Waiting goes by another clock, ages shown don't",
  );
};

/** Reads both clocks. */
export const bothClocks = (): { readonly wall: number; readonly monotonic: number } => ({
  wall: Date.now(),
  monotonic: monotonicNow(),
});

/** Node.js, and room on the disk. */
export const machineArea: Area<{ readonly config: { readonly state: { readonly folder: string } } }> = {
  name: "machine",
  look: async ({ config: { state } }) => {
    const { bavail, bsize } = await nearest(resolve(state.folder));
    return [diskFinding(state.folder, Number(bavail) * Number(bsize))];
  },
};
