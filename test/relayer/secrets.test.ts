/** URLs hold keys and passwords. Nothing that a relayer tells anyone has them. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { startRedis } from "@pdiem/devnet/local-bridge/redis";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { afterEach, expect, it } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import { startLoneEnclave, startLoneRelayer, temporaryFolder } from "./support/lone-relayer.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const bridge = {
  ...exampleConfig,
  measurements: [{ tee: "simulated", value: sha3_256(utf8("pdiem simulated enclave")) } as const],
};

const SECRET = "s3cr3t-0a1b2c3d4e5f";

const secretly = (scheme: string, host: string): string =>
  `${scheme}://user:${SECRET}@${host}/${SECRET}/rpc?key=${SECRET}`;

/** A gateway that refuses every key, and repeats it. */
const startGateway = async (): Promise<string> => {
  const server = createServer(({ url, headers }, response) => {
    const user = Buffer.from(headers.authorization?.slice("Basic ".length) ?? "", "base64").toString();
    response.writeHead(403).end(`unknown key at ${url} of ${user}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const PATHS = ["status", "transfers", "decisions", "checkpoints", "parachain", "reserves", "ledger", "waiting"];

it("has no key of any URL in what it answers, logs and measures", async () => {
  const folder = temporaryFolder(closing);
  const redis = await startRedis(findRedis(), join(folder, "redis.log"));
  closing.push(() => redis.child?.stop());
  const enclave = await startLoneEnclave(join(folder, "enclave"));
  closing.push(enclave.stop);
  const gateway = await startGateway();
  const settings = {
    diem: { urls: [secretly("http", gateway), secretly("http", "127.0.0.1:1")] },
    parachain: { urls: [secretly("ws", gateway), secretly("http", gateway)] },
    relay: { urls: [secretly("ws", gateway)] },
    relayers: { urls: [secretly("http", gateway)] },
    enclave: { url: secretly("http", new URL(enclave.url).host) },
    redis: { url: `redis://default:${SECRET}@${new URL(redis.url).host}` },
    log: { level: "debug" } as const,
  };
  const lone = await startLoneRelayer({ folder, bridge, settings }, closing);
  const answers = async (): Promise<string> => {
    const paths = ["/readyz", "/metrics", "/queues/api/queues", ...PATHS.map((path) => `/api/v1/${path}`)];
    const all = await Promise.all(paths.map(async (path) => (await fetch(`${lone.relayer.url}${path}`)).text()));
    return all.join("\n");
  };
  const told = await eventually(async () => {
    const text = await answers();
    const isWhole = ["diem/no-node", "parachain/no-node", "relay/no-node"].every((code) => text.includes(code));
    return isWhole && text.includes("unknown key") ? text : undefined;
  });
  expect(told).toContain(gateway);
  expect(told).toMatch(/unknown key at …/);
  expect(told).not.toContain(SECRET);
  await eventually(async () => (lone.lines.length > 3 ? true : undefined));
  const logged = lone.lines.map((line) => JSON.stringify(line)).join("\n");
  expect(logged).not.toContain(SECRET);
});
