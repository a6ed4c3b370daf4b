import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig, parseBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { type Relay, startRelay } from "@pdiem/devnet/relay/relay";
import { call } from "@pdiem/devnet/testing/rpc";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { encode, u64 } from "@pdiem/light-client/codec/scale";
import { type Authority, authorityList } from "@pdiem/light-client/polkadot/finality/authority-set";
import { header as headerCodec } from "@pdiem/light-client/polkadot/finality/header";
import { runCommand } from "@pdiem/relayer/cli/testing/run-command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PARA_ID = 1000;
const CHANGES = 3;
const folder = mkdtempSync(join(tmpdir(), "pdiem-relay-root-"));
const servers: Server[] = [];

let relay: Relay;
/** Another chain, with a genesis of its own. */
let other: Relay;
let spec: string;

const produce = (chain: Relay, blocks: number): void => {
  for (let block = 0; block < blocks; block++) chain.produceBlock();
};

const start = (authorities: number): Promise<Relay> =>
  startRelay({ paraId: PARA_ID, parachainGenesis: new Uint8Array(100), automatic: false, authorities });

/** A specification as nodes write it, of the chain at its newest final block. */
const specificationOf = (
  chain: Relay,
  change: (list: readonly Authority[]) => readonly Authority[] = (same) => same,
) => {
  const { setId, authorities } = chain.trustRoot();
  const { header } = chain.finalized();
  const none = Uint8Array.of(0);
  // Authorities, set id, and no changes, best block, forced changes or ends of sets.
  const set = concat(encode(authorityList, change(authorities)), encode(u64, setId), none, none, none, none);
  const lightSyncState = {
    babeEpochChanges: "0x00",
    babeFinalizedBlockWeight: 0,
    finalizedBlockHeader: `0x${toHex(encode(headerCodec, header))}`,
    grandpaAuthoritySet: `0x${toHex(set)}`,
  };
  return { name: "A relay chain", lightSyncState };
};

const written = (name: string, value: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
};

/** A node of the chain that changes what it answers. */
const liar = (change: (answer: string, method: string) => string): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const answer = await fetch(relay.url, { method: "POST", body });
      response.end(change(await answer.text(), JSON.parse(body).method));
    });
    servers.push(server);
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

beforeAll(async () => {
  [relay, other] = await Promise.all([start(4), start(5)]);
  produce(relay, 3);
  spec = written("spec.json", specificationOf(relay));
  for (let change = 0; change < CHANGES; change++) {
    relay.changeAuthorities(3 + change);
    produce(relay, 4);
  }
  produce(relay, 20);
  produce(other, 40);
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await Promise.all([relay.close(), other.close()]);
  rmSync(folder, { recursive: true });
});

const configWith = (part: string) =>
  parseBridgeConfig({ ...(formatBridgeConfig(exampleConfig) as object), ...JSON.parse(part) });

const setIds = (): bigint => relay.trustRoot().setId;

describe("pdiem relay-root", () => {
  it("writes a configuration's relay part from a node's word, which others agree with", async () => {
    const { code, out, err } = await runCommand("relay-root", "--node", relay.url, "--check", relay.url);
    expect(code).toBe(0);
    const { relay: root, rootsTime } = configWith(out);
    expect(root.setId).toBe(setIds());
    expect(root.authorities).toEqual(relay.trustRoot().authorities);
    expect(root.finalized.number).toBe(relay.finalized().header.number - 16);
    expect(rootsTime % 6_000n).toBe(0n);
    expect(err).toContain("1 nodes agree");
  });

  it("follows finality from a specification's light sync state to now, and writes a file", async () => {
    const to = join(folder, "root.json");
    const { code, err } = await runCommand(
      ...["relay-root", "--spec", spec, "--node", relay.url, "--to", to, "--timeout", "1"],
    );
    expect(code).toBe(0);
    const { relay: root } = configWith(readFileSync(to, "utf8"));
    expect(root.setId).toBe(setIds());
    expect(root.finalized).toMatchObject({ number: relay.finalized().header.number, hash: relay.finalized().hash });
    expect(err).toContain("checked against no other node");
  });

  it("writes the light sync state itself where no node is named, however old", async () => {
    const { code, out } = await runCommand("relay-root", "--spec", spec, "--check", relay.url, relay.url);
    expect(code).toBe(0);
    const root = configWith(out).relay;
    expect(root.setId).toBe(setIds() - BigInt(CHANGES));
    expect(root.authorities).toHaveLength(4);
  });

  it("waits until a node that is behind has finalized more than the root", async () => {
    const running = runCommand("relay-root", "--spec", spec, "--node", relay.url, "--check", relay.url);
    const producing = setInterval(() => relay.produceBlock(), 50);
    const { code } = await running.finally(() => clearInterval(producing));
    expect(code).toBe(0);
  });
});

describe("pdiem relay-root refuses, writes nothing, and says what differs", () => {
  const refused = async (...args: readonly string[]) => {
    const to = join(folder, "refused.json");
    const { code, out, err } = await runCommand("relay-root", ...args, "--to", to, "--timeout", "1");
    expect(existsSync(to)).toBe(false);
    expect(out).toBe("");
    return { code, err };
  };

  it("a node of another chain", async () => {
    const { code, err } = await refused("--node", relay.url, "--check", relay.url, other.url);
    expect(code).toBe(1);
    expect(err).toMatch(/relay-root\/differs: .*\nhttp.*: its genesis is 0x[0-9a-f]{64}, not 0x[0-9a-f]{64}/);
    expect(err).toContain(other.url);
  });

  it("a node with another block in the root's place", async () => {
    const number = relay.finalized().header.number - 16;
    const hash = String(await call(relay.url, "chain_getBlockHash", [number])).slice(2);
    const fork = await liar((answer, method) =>
      method === "chain_getBlockHash" ? answer.replace(hash, "77".repeat(32)) : answer,
    );
    const { code, err } = await refused("--node", relay.url, "--check", fork);
    expect(code).toBe(1);
    expect(err).toContain(`its block ${number} is 0x${"77".repeat(32)}, the root's 0x${hash}`);
  });

  it("a node whose authorities aren't the root's, by its finality and by its word", async () => {
    const forged = specificationOf(relay, ([first, ...rest]) => [
      ...(first === undefined ? [] : [{ ...first, id: new Uint8Array(32).fill(9) }]),
      ...rest,
    ]);
    const before = written("forged.json", forged);
    produce(relay, 2);
    const { code, err } = await refused("--spec", before, "--check", relay.url);
    expect(code).toBe(1);
    expect(err).toContain("the root's set hasn't finalized its next blocks");
    expect(err).toContain("authorities aren't the root's");
  });

  it("a node that can't be asked, or stays behind: later", async () => {
    const nobody = await refused("--spec", spec, "--check", relay.url, "http://127.0.0.1:1");
    expect(nobody).toMatchObject({ code: 3, err: expect.stringContaining("relay-root/unchecked") });
    const behind = await refused("--spec", spec, "--node", relay.url, "--check", relay.url);
    expect(behind).toMatchObject({ code: 3, err: expect.stringContaining("expected a finalized block above") });
  });

  it("no source, a file that is none, and a state with a pending change: by what was wrong", async () => {
    expect(await refused("--check", relay.url)).toMatchObject({
      code: 2,
      err: expect.stringContaining("config/relay-root"),
    });
    const empty = written("empty.json", { name: "without" });
    expect(await refused("--spec", empty)).toMatchObject({
      code: 2,
      err: expect.stringContaining("config/light-sync-state"),
    });
  });
});
