import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { activation, askFor } from "./testing/machine.js";

/** A built program: what `npm test` builds before it runs. */
const programOf = (tee: string): string => fileURLToPath(new URL(`../dist/main/${tee}.js`, import.meta.url));
let folder = "";
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-process-"));
});
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

interface Started {
  readonly child: ChildProcess;
  /** Its log lines so far. */
  readonly events: Record<string, unknown>[];
  readonly exit: Promise<number | null>;
}

const start = (...args: readonly string[]): Started => startProgram("simulated", ...args);

const startProgram = (tee: string, ...args: readonly string[]): Started => {
  const child = spawn(process.execPath, [programOf(tee), ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(child);
  const events: Record<string, unknown>[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => events.push(JSON.parse(line)));
  const exit = Promise.all([once(child, "exit"), once(lines, "close")]).then(() => child.exitCode);
  return { child, events, exit };
};

const urlOf = async ({ events }: Started): Promise<string> => {
  const listening = (): Record<string, unknown> | undefined => events.find(({ event }) => event === "listening");
  await expect.poll(listening).toBeDefined();
  return String(listening()?.url);
};

describe("enclave process", () => {
  it("reports its URL, opens the key of its configuration, and stops cleanly on a signal", async () => {
    const config = join(folder, "bridge.bcs");
    await writeFile(config, encode(bridgeConfig, exampleConfig));
    const keys: string[] = [];
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const started = start("--data", join(folder, "data"), "--tee", "simulated", "--port", "0", "--config", config);
      const { role } = await askFor({ url: await urlOf(started) }, "status", undefined);
      keys.push(role.type === "holder" ? toHex(role.value.custodyKey) : "none");
      started.child.kill(signal);
      expect(await started.exit).toBe(0);
      expect(started.events.at(-1)).toMatchObject({ event: "stopped" });
    }
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it("prints its options when it is asked for help", async () => {
    for (const args of [["--help"], ["--data", folder, "--help"]]) {
      const { stdout } = await promisify(execFile)(process.execPath, [programOf("guest"), ...args]);
      expect(stdout).toMatch(/^usage: enclave\.mjs --data DIR.*--tee KIND/);
      expect(stdout).toContain("tdx, sev-snp");
    }
  });

  it.skipIf(process.platform !== "linux")(
    "says what is wrong with a folder that can't be made, and doesn't hang",
    async () => {
      const config = join(folder, "bridge.bcs");
      await writeFile(config, encode(bridgeConfig, exampleConfig));
      const machine = ["--tee", "simulated", "--machine", join(folder, "machine"), "--config", config];
      const started = start("--data", "/proc/pdiem", ...machine);
      expect(await started.exit).toBe(1);
      expect(started.events.at(-1)).toMatchObject({ event: "failed", message: expect.stringContaining("/proc/pdiem") });
    },
  );

  it("listens on loopback only, and warns that it is a simulation", async () => {
    const started = start("--data", folder, "--tee", "simulated");
    expect(await urlOf(started)).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(started.events).toContainEqual(expect.objectContaining({ event: "tee", kind: "simulated" }));
  });

  it("keeps its key when it is killed, and leaves no file half written", async () => {
    const keys: string[] = [];
    for (let i = 0; i < 2; i++) {
      const started = start("--data", folder, "--tee", "simulated");
      const { holder } = await askFor({ url: await urlOf(started) }, "activate", activation());
      keys.push(toHex(holder.custodyKey));
      started.child.kill("SIGKILL");
      await started.exit;
    }
    expect(keys[1]).toBe(keys[0]);
    expect((await readdir(folder)).sort()).toEqual(["machine", "sealed"]);
  });

  it.each([
    ["wrong usage", ["--port", "1"], 2, "usage"],
    ["no kind of TEE named", ["--data", "d"], 2, "usage"],
    ["a door open to others", ["--data", "d", "--tee", "simulated", "--host", "0.0.0.0"], 2, "usage"],
    ["tokens that aren't there", ["--data", "d", "--tee", "simulated", "--tokens", "/nowhere"], 1, "door/file"],
    ["a TEE that it has no way to", ["--data", "d", "--tee", "sgx"], 2, "usage"],
    [
      "a configuration that isn't there",
      ["--data", "d", "--tee", "simulated", "--config", "/nowhere.bcs"],
      1,
      "config/file",
    ],
  ])("exits with a code and says why: %s", async (_, args, exitCode, code) => {
    const started = start(...args);
    expect(await started.exit).toBe(exitCode);
    expect(started.events.at(-1)).toMatchObject({ event: "failed", code });
  });

  it.each([
    ["gramine", "sgx"],
    ["guest", "tdx"],
    ["guest", "sev-snp"],
    ["dstack", "dstack"],
  ])("exits with a code where it is %s's for %s, and the machine is no such TEE", async (program, tee) => {
    const started = startProgram(program, "--data", "d", "--tee", tee);
    expect(await started.exit).toBe(1);
    expect(started.events.at(-1)).toMatchObject({ event: "failed", code: "tee/missing" });
  });
});
