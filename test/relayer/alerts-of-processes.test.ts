/** Faults of the relayers' own processes, each with the alerts that fire for it. */

import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import type { Child } from "@pdiem/devnet/local-bridge/child";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { startRedis } from "@pdiem/devnet/local-bridge/redis";
import { afterEach, describe, expect, it } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import { REPOSITORY } from "../infra/support/files.js";
import { watchAlerts } from "../infra/support/watch-alerts.js";
import { temporaryFolder, writeLoneConfig } from "./support/lone-relayer.js";
import { startRelayerProcess } from "./support/relayer-process.js";

const source = findRedis();

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const bridge: BridgeConfig = exampleConfig;

interface Place {
  readonly url: string;
  readonly start: (more?: { readonly before?: string; readonly program?: string }) => Promise<Child>;
}

/** Leads to a Redis, and has it say that it is of version 5. @returns the port */
const olderRedis = async (port: number): Promise<number> => {
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    near.pipe(far);
    far.on("data", (data) => near.write(data.toString("latin1").replace(/(redis_version:)[0-9]/, "$15"), "latin1"));
    for (const one of [near, far]) one.on("error", () => one.destroy());
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
};

/** Where a relayer runs: without enclave and nodes, which is enough to be scraped. */
const createPlace = async (redisUrl?: string): Promise<Place> => {
  const folder = temporaryFolder(closing);
  const port = await freePort();
  const file = writeLoneConfig({ folder, bridge, ...(redisUrl === undefined ? {} : { redisUrl }) });
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), api: { port } }));
  const url = `http://127.0.0.1:${port}`;
  const start: Place["start"] = async (more) => {
    const child = await startRelayerProcess({ file, url, log: join(folder, "relayer.log"), ...more });
    closing.push(() => child.kill());
    return child;
  };
  return { url, start };
};

/** Copies the relayer's program, with another version in its package. */
const otherVersion = (): string => {
  const root = temporaryFolder(closing);
  const folder = join(root, "relayer");
  mkdirSync(folder);
  const own = join(REPOSITORY, "relayer");
  for (const part of ["bin", "dist"]) cpSync(join(own, part), join(folder, part), { recursive: true });
  const description = JSON.parse(readFileSync(join(own, "package.json"), "utf8"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...description, version: "0.0.1" }));
  symlinkSync(join(REPOSITORY, "node_modules"), join(root, "node_modules"));
  // What npm has given the relayer alone.
  const nested = join(own, "node_modules");
  if (existsSync(nested)) symlinkSync(nested, join(folder, "node_modules"));
  return join(folder, "bin", "pdiem.mjs");
};

/** Once told by a signal, it takes 1.6 GB for itself, and is busy nearly all the time. */
const OVERLOADED = `process.on("SIGUSR2", () => {
  globalThis.kept = Buffer.alloc(1.6e9, 1);
  setInterval(() => { const end = performance.now() + 1500; while (performance.now() < end); }, 1600);
});`;

describe("alerts of processes", () => {
  it("fire for a relayer that leaks memory and has too little processor", async () => {
    const { url, start } = await createPlace();
    const relayer = await start({ before: OVERLOADED });
    const alerts = await watchAlerts(url);
    process.kill(relayer.pid, "SIGUSR2");
    await alerts.fire("PdiemMemoryHigh", "PdiemEventLoopLags");
  });

  it("fire for one that dies again and again, then for it alone, and for all of them", async () => {
    const [one, two] = [await createPlace(), await createPlace()];
    let relayer = await one.start();
    const other = await two.start();
    const restarts = await watchAlerts(one.url);
    for (let times = 0; times < 4; times++) {
      await relayer.kill();
      relayer = await one.start();
      if (times < 3) await restarts.look();
    }
    await restarts.fire("PdiemRestarts");
    const alerts = await watchAlerts(one.url, two.url);
    await relayer.kill();
    await alerts.fire("PdiemRelayerDown");
    await alerts.look();
    expect(await alerts.firing()).not.toContain("PdiemAllRelayersDown");
    await other.kill();
    await alerts.fire("PdiemAllRelayersDown");
  });

  it("fire for two of different versions", async () => {
    const [one, two] = [await createPlace(), await createPlace()];
    await one.start();
    const same = await two.start();
    const alerts = await watchAlerts(one.url, two.url);
    await same.kill();
    await two.start({ program: otherVersion() });
    await alerts.fire("PdiemVersionsDiffer");
  });

  it.skipIf(source.kind === "url")("fire for a Redis that is older than what its queues are tried with", async () => {
    const folder = temporaryFolder(closing);
    const { url: redis, child } = await startRedis(source, join(folder, "redis.log"));
    closing.push(() => child?.stop());
    const older = await olderRedis(Number(new URL(redis).port));
    const { url, start } = await createPlace(`redis://127.0.0.1:${older}`);
    await start();
    await (await watchAlerts(url)).fireFromTheStart("PdiemWarning");
  });

  it("fire where Prometheus is told of no relayer, and one is on whatever happens", async () => {
    const alerts = await watchAlerts();
    await alerts.fireFromTheStart("PdiemNothingScraped", "PdiemWatchdog");
  });
});
