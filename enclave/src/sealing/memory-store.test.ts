import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createLog } from "../log.js";
import { run } from "../run.js";
import { simulatedTee } from "../tee/simulated.js";
import { askFor } from "../testing/machine.js";

it("a process that is told to keep keys in memory only warns of it, says so, and writes nothing", async () => {
  const data = await mkdtemp(join(tmpdir(), "pdiem-memory-"));
  const lines: string[] = [];
  const guard = { tokens: undefined, certificate: undefined, key: undefined, clientCa: undefined };
  const options = {
    data,
    machine: join(data, "machine"),
    simulatedAs: undefined,
    host: "127.0.0.1",
    port: 0,
    guard,
    config: undefined,
  };
  const enclave = await run(
    { ...options, tee: "simulated", memoryOnly: true },
    simulatedTee(options.machine),
    createLog((line) => lines.push(line)),
  );
  try {
    expect(await askFor(enclave, "status", undefined)).toMatchObject({ isLasting: false, role: { type: "empty" } });
    expect(lines.join("")).toContain("never hold the only copy of one here");
    expect(await readdir(data)).toEqual([]);
  } finally {
    await enclave.stop();
    await rm(data, { recursive: true });
  }
});
