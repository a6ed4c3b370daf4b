import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { freePort } from "./free-port.js";

const PROGRAM = new URL("../../dist/local-bridge/free-port.js", import.meta.url).href;

/** What other processes are given at the same time. */
const givenToAnother = async (): Promise<readonly number[]> => {
  const program = `
    const { freePort } = await import(${JSON.stringify(PROGRAM)});
    console.log([await freePort(), await freePort()].join());
    await new Promise((resolve) => process.stdin.once("end", resolve).resume());`;
  const running = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  const { stdout, stdin } = running.child;
  if (stdout === null) throw new Error("expected the process to write");
  const [line] = await once(stdout, "data");
  stdin?.end();
  await running;
  return String(line).trim().split(",").map(Number);
};

it("is given to nobody else, though nobody listens on it yet", async () => {
  const own = [await freePort(), await freePort()];
  const others = await Promise.all([givenToAnother(), givenToAnother(), givenToAnother()]);
  const ports = [...own, ...others.flat()];
  expect(new Set(ports).size).toBe(8);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

it("is the one wanted, unless somebody listens there", async () => {
  const wanted = await freePort();
  expect(await freePort(wanted)).toBe(wanted);
  const server = createServer().listen(wanted, "127.0.0.1");
  await once(server, "listening");
  expect((server.address() as AddressInfo).port).toBe(wanted);
  expect(await freePort(wanted)).not.toBe(wanted);
  server.close();
});
