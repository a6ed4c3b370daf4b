/** What a relayer says is in its way: real Redis and enclave, and no nodes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { startRedis } from "@pdiem/devnet/local-bridge/redis";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { openQueues } from "@pdiem/relayer/jobs/jobs";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import { expectAlerts } from "../infra/support/expect-alerts.js";
import {
  type LoneRelayer,
  startLoneEnclave,
  startLoneRelayer,
  temporaryFolder,
  writeLoneConfig,
} from "./support/lone-relayer.js";

const source = findRedis();
/** Built before the tests run. */
const PROGRAM = fileURLToPath(new URL("../../relayer/bin/pdiem.mjs", import.meta.url));
const simulated = sha3_256(utf8("pdiem simulated enclave"));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Simulated enclaves serve a bridge that admits them alone. */
const bridge: BridgeConfig = { ...exampleConfig, measurements: [{ tee: "simulated", value: simulated }] };

const redisIn = async (folder: string, port = 0) => {
  const redis = await startRedis(source, join(folder, "redis.log"), port);
  closing.push(() => redis.child?.stop());
  return redis;
};

const tells = (lone: LoneRelayer, ...codes: readonly string[]) =>
  eventually(async () => {
    const told = await lone.codes();
    return codes.every((code) => told.includes(code)) ? told : undefined;
  });

const tellsNot = (lone: LoneRelayer, code: string) =>
  eventually(async () => ((await lone.codes()).includes(code) ? undefined : true));

describe("a relayer that isn't ready", () => {
  it("tells everything that is away at once, each with a code, its address and what to do", async () => {
    const lone = await startLoneRelayer({ folder: temporaryFolder(closing), bridge }, closing);
    const all = ["enclave/unreachable", "redis/away", "diem/no-node", "parachain/no-node", "relay/no-node"];
    await tells(lone, ...all);
    const { status, view } = await lone.ready();
    expect(status).toBe(503);
    expect(view.obstacles.map(({ code }) => code).sort()).toEqual([...all].sort());
    for (const { code, text, todo } of view.obstacles) {
      if (code !== "redis/away") expect(text, code).toContain("127.0.0.1:1");
      expect(todo.length, code).toBeGreaterThan(10);
    }
    const metrics = await lone.metrics();
    expect(metrics).toMatch(/^pdiem_ready 0$/m);
    expect(metrics).toMatch(/^pdiem_enclave_up 0$/m);
    expect(metrics).toMatch(/^pdiem_redis_up 0$/m);
    for (const code of all) expect(metrics).toContain(`pdiem_obstacles{code="${code}"} 1\n`);
    await expectAlerts(lone.relayer.url, "PdiemNoneReady", "PdiemNotReady", "PdiemEnclaveDown", "PdiemRedisDown");
  });
});

describe("an enclave", () => {
  it("that dies under a relayer at work is told of, and that it is back", async () => {
    const folder = temporaryFolder(closing);
    const port = await freePort();
    const enclave = await startLoneEnclave(join(folder, "enclave"), port);
    const lone = await startLoneRelayer({ folder, bridge, enclaveUrl: enclave.url }, closing);
    await eventually(() => (lone.lines.some(({ msg }) => msg === "at work") ? true : undefined));
    expect(await lone.metrics()).toMatch(/^pdiem_enclave_up 1$/m);
    expect(await lone.metrics()).toMatch(
      /^pdiem_enclave_info\{tee="simulated",role="holder",measurement="[0-9a-f]{64}"\} 1$/m,
    );
    expect(await lone.codes()).not.toContain("enclave/unreachable");
    await enclave.stop();
    await tells(lone, "enclave/unreachable");
    expect(await lone.metrics()).toMatch(/^pdiem_enclave_up 0$/m);
    const again = await startLoneEnclave(join(folder, "enclave"), port);
    closing.push(again.stop);
    await tellsNot(lone, "enclave/unreachable");
    expect(lone.lines.some(({ msg }) => msg === "the enclave answers")).toBe(true);
  });

  describe("of a bridge that this relayer has served", () => {
    const ending: (() => unknown)[] = [];
    let folder: string;
    let enclave: Awaited<ReturnType<typeof startLoneEnclave>>;

    beforeAll(async () => {
      folder = temporaryFolder(ending);
      enclave = await startLoneEnclave(join(folder, "enclave"));
      ending.push(enclave.stop);
      const first = await startLoneRelayer({ folder, bridge, enclaveUrl: enclave.url }, ending);
      await eventually(() => (first.lines.some(({ msg }) => msg === "at work") ? true : undefined));
      await first.relayer.stop();
    });
    afterAll(async () => {
      for (const end of ending.splice(0).reverse()) await end();
    });

    it.each<[field: string, change: Partial<BridgeConfig>, told: RegExp]>([
      [
        "the waypoint",
        { diem: { ...bridge.diem, waypoint: { ...bridge.diem.waypoint, version: bridge.diem.waypoint.version + 1n } } },
        /diem\.waypoint: was "\d+:[0-9a-f]+", is "\d+:/,
      ],
      [
        "Diem's chain id",
        { diem: { ...bridge.diem, chainId: bridge.diem.chainId + 1 } },
        /diem\.chainId: was \d+, is \d+/,
      ],
      [
        "an asset's id",
        { currencies: bridge.currencies.map((one, i) => (i === 0 ? { ...one, assetId: 4321 } : one)) },
        /currencies\[0\]\.assetId: was \d+, is 4321/,
      ],
      [
        "the authorities",
        {
          relay: {
            ...bridge.relay,
            authorities: bridge.relay.authorities.map((one, i) => (i === 0 ? { ...one, weight: 9n } : one)),
          },
        },
        /relay\.authorities\[0\]\.weight: was "\d+", is "9"/,
      ],
    ])("is told by the field that was changed: %s", async (_, change, told) => {
      const second = await startLoneRelayer(
        { folder, bridge: { ...bridge, ...change }, enclaveUrl: enclave.url },
        closing,
      );
      await tells(second, "enclave/other-bridge");
      const { obstacles } = (await second.ready()).view;
      expect(obstacles.find(({ code }) => code === "enclave/other-bridge")?.text).toMatch(told);
      expect(second.lines.some(({ msg }) => msg === "at work")).toBe(false);
    });
  });

  it("of another configuration is recognised when it was restarted, too, and holds nothing yet", async () => {
    const folder = temporaryFolder(closing);
    const enclave = await startLoneEnclave(join(folder, "enclave"));
    const first = await startLoneRelayer({ folder, bridge, enclaveUrl: enclave.url }, closing);
    await eventually(() => (first.lines.some(({ msg }) => msg === "at work") ? true : undefined));
    await first.relayer.stop();
    await enclave.stop();
    const restarted = await startLoneEnclave(join(folder, "enclave"));
    closing.push(restarted.stop);
    const changed = { ...bridge, maxSkew: bridge.maxSkew + 1n };
    const second = await startLoneRelayer({ folder, bridge: changed, enclaveUrl: restarted.url }, closing);
    await tells(second, "sealed/other-configuration");
    const { obstacles } = (await second.ready()).view;
    expect(obstacles.find(({ code }) => code === "sealed/other-configuration")?.text).toMatch(
      /maxSkew: was "\d+", is "\d+"/,
    );
  });

  it("of a bridge that this relayer has never served is told by both ids, with what to do", async () => {
    const folder = temporaryFolder(closing);
    const enclave = await startLoneEnclave(join(folder, "enclave"));
    closing.push(enclave.stop);
    const other = { ...bridge, maxSkew: bridge.maxSkew + 5n };
    const first = await startLoneRelayer(
      { folder: temporaryFolder(closing), bridge: other, enclaveUrl: enclave.url },
      closing,
    );
    await eventually(() => (first.lines.some(({ msg }) => msg === "at work") ? true : undefined));
    const lone = await startLoneRelayer({ folder, bridge, enclaveUrl: enclave.url }, closing);
    await tells(lone, "enclave/other-bridge");
    const told = (await lone.ready()).view.obstacles.find(({ code }) => code === "enclave/other-bridge");
    expect(told?.text).toContain(`0x${toHex(bridgeId(bridge))}`);
    expect(told?.text).toContain(`0x${toHex(bridgeId(other))}`);
    expect(told?.text).toContain("point enclave.url at this bridge's enclave");
  });

  it("of another bridge that takes the port of this one's is recognised while the relayer works", async () => {
    const folder = temporaryFolder(closing);
    const port = await freePort();
    const enclave = await startLoneEnclave(join(folder, "enclave"), port);
    const lone = await startLoneRelayer({ folder, bridge, enclaveUrl: enclave.url }, closing);
    await eventually(() => (lone.lines.some(({ msg }) => msg === "at work") ? true : undefined));
    await enclave.stop();
    // The same bridge's configuration, and another key: a folder that was mixed up.
    const other = await startLoneEnclave(join(folder, "other"), port);
    closing.push(other.stop);
    await tells(lone, "enclave/other-key");
  });
});

describe.skipIf(source.kind === "url")("a relayer's Redis", () => {
  it("has a paused queue told, in readiness, metrics and log, and that it goes on", async () => {
    const folder = temporaryFolder(closing);
    const { url } = await redisIn(folder);
    const lone = await startLoneRelayer({ folder, bridge, redisUrl: url }, closing);
    await tellsNot(lone, "redis/away");
    const put = (queue: string, what: string) =>
      fetch(`${lone.relayer.url}/queues/api/queues/${queue}/${what}`, { method: "PUT" });
    await put("settlement", "pause");
    await put("deposit", "pause");
    await tells(lone, "queues/paused");
    await eventually(async () => {
      const told = (await lone.ready()).view.obstacles.find(({ code }) => code === "queues/paused");
      return ["deposit", "settlement"].every((queue) => told?.text.includes(`paused the queue ${queue}`)) || undefined;
    });
    const metrics = await lone.metrics();
    expect(metrics).toContain('pdiem_queue_paused{queue="settlement"} 1\n');
    expect(metrics).toContain('pdiem_queue_paused{queue="payout"} 0\n');
    expect(lone.lines.some(({ msg }) => msg.startsWith("queues are paused"))).toBe(true);
    await expectAlerts(lone.relayer.url, "PdiemQueuePaused");
    await put("settlement", "resume");
    await put("deposit", "resume");
    await tellsNot(lone, "queues/paused");
  });

  it("has malformed jobs fail for good, in every queue, and hold up nothing", async () => {
    const folder = temporaryFolder(closing);
    const { url } = await redisIn(folder);
    const enclave = await startLoneEnclave(join(folder, "enclave"));
    closing.push(enclave.stop);
    const lone = await startLoneRelayer({ folder, bridge, redisUrl: url, enclaveUrl: enclave.url }, closing);
    await eventually(() => (lone.lines.some(({ msg }) => msg === "at work") ? true : undefined));
    const redis = new Redis(url, { maxRetriesPerRequest: null });
    closing.push(() => redis.disconnect());
    const queues = openQueues(redis, lone.prefix);
    closing.push(() => Promise.all(Object.values(queues).map((queue) => queue.close())));
    const data: Readonly<Record<string, object>> = {
      deposit: { a: 1 },
      withdrawal: { account: "00", currency: 7 },
      payout: { from: "-1" },
      registration: { account: "zz" },
      settlement: { anchor: "00".repeat(32), nonce: 1, batch: { extrinsic: "x" } },
    };
    for (const queue of Object.values(queues)) {
      const add = await fetch(`${lone.relayer.url}/queues/api/queues/${queue.name}/add`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: queue.name, data: data[queue.name], options: {} }),
      });
      expect(add.status).toBe(200);
    }
    for (const queue of Object.values(queues)) {
      const [failed] = await eventually(async () => {
        const jobs = await queue.getFailed();
        return jobs.length > 0 ? jobs : undefined;
      });
      expect(failed?.failedReason, queue.name).toMatch(/^job\/malformed: /);
      expect(failed?.attemptsMade, queue.name).toBe(1);
    }
    expect(await lone.metrics()).toContain('pdiem_job_errors_total{queue="deposit",code="job/malformed"} 1\n');
    expect(await lone.metrics()).not.toContain('code="defect"');
    await expectAlerts(lone.relayer.url, "PdiemMalformedJob", "PdiemDeadLetters");
  });

  it("may be away while the program is told to end: it does so at once, and says so", async () => {
    const folder = temporaryFolder(closing);
    const { url, child } = await redisIn(folder);
    const enclave = await startLoneEnclave(join(folder, "enclave"));
    closing.push(enclave.stop);
    const file = writeLoneConfig({ folder, bridge, redisUrl: url, enclaveUrl: enclave.url });
    const program = spawn(process.execPath, [PROGRAM, "start", "--config", file], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    closing.push(() => program.kill("SIGKILL"));
    const events: string[] = [];
    createInterface({ input: program.stdout }).on("line", (line) => events.push(JSON.parse(line).msg));
    await eventually(() => (events.includes("at work") ? true : undefined));
    await child?.kill();
    await eventually(() => (events.includes("no Redis: jobs wait until it is back") ? true : undefined));
    const began = performance.now();
    program.kill("SIGTERM");
    const [code] = await once(program, "exit");
    expect(code).toBe(0);
    expect(performance.now() - began).toBeLessThan(8_000);
    expect(events).toContain("stopping without Redis: what is in hand is taken up at the next start");
    expect(events.at(-1)).toBe("stopped");
  });

  it("may be away while the relayer is told to stop, and while the dashboard is asked", async () => {
    const folder = temporaryFolder(closing);
    const { url, child } = await redisIn(folder);
    const enclave = await startLoneEnclave(join(folder, "enclave"));
    closing.push(enclave.stop);
    const lone = await startLoneRelayer({ folder, bridge, redisUrl: url, enclaveUrl: enclave.url }, closing);
    await eventually(() => (lone.lines.some(({ msg }) => msg === "at work") ? true : undefined));
    await child?.kill();
    await tells(lone, "redis/away");
    const board = await fetch(`${lone.relayer.url}/queues/api/queues`);
    expect([board.status, await board.json()]).toMatchObject([503, { code: "relayer/no-redis" }]);
    const began = performance.now();
    await lone.relayer.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(lone.lines.at(-1)?.msg).toBe("stopped");
  });
});
