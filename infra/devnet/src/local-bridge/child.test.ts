import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";

const CHILD = new URL("../../dist/local-bridge/child.js", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "pdiem-child-"));
const started: ChildProcess[] = [];

/**
 * Whether the process behind a port still runs. Its number would also be that of one that is dead
 * and not yet reaped.
 */
const isAlive = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

/**
 * A process that starts another, which never says that it is ready; resolves with the port it
 * listens on.
 */
const startOneThatStarts = async (): Promise<{ readonly parent: ChildProcess; readonly port: number }> => {
  const idle = `const s = require("node:net").createServer().listen(0, "127.0.0.1", () => console.error(s.address().port))`;
  const program = `
    const { startChild } = await import(${JSON.stringify(CHILD)});
    process.on("SIGTERM", () => process.exit(3));
    const log = ${JSON.stringify(join(folder, "idle.log"))};
    const args = ["-e", ${JSON.stringify(idle)}];
    const timer = setInterval(async () => {
      const text = await (await import("node:fs/promises")).readFile(log, "utf8").catch(() => "");
      if (!text.endsWith("\\n")) return;
      clearInterval(timer);
      console.log(text.trim());
    }, 20);
    await startChild({ name: "idle", command: process.execPath, args, log }, () => undefined, 60_000);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(parent);
  const [line] = await once(createInterface({ input: parent.stdout }), "line");
  return { parent, port: Number(line) };
};

afterEach(() => {
  for (const one of started) one.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("a child", () => {
  it("ends with the process that starts it, also while it isn't ready yet", async () => {
    const { parent, port } = await startOneThatStarts();
    expect(await isAlive(port)).toBe(true);
    parent.kill("SIGTERM");
    await once(parent, "exit");
    await expect.poll(() => isAlive(port)).toBe(false);
  });
});
