import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { devAccount, devEndowments } from "@pdiem/devnet/asset-hub/dev-accounts";
import { connectApi } from "@pdiem/devnet/asset-hub/operator";
import { type SubstrateChains, startSubstrate } from "@pdiem/devnet/substrate-chains";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { fromHex } from "@pdiem/light-client/bytes";
import { systemAccount, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { type Connection, type ExtrinsicStatus, openConnection } from "@pdiem/relayer/chains/parachain/connection";
import { proveHead, proveStorage } from "@pdiem/relayer/chains/parachain/proven-state";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { createLog } from "@pdiem/relayer/log";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 16_000_000 };

let chains: SubstrateChains;
const closing: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  chains = await startSubstrate({
    assetHub: { endowed: devEndowments(), cadence: { busyInterval: 100, idleInterval: 500 } },
  });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => chains.close());

const rpcOf = (url: string) => createSubstrateRpc(createEndpoints([url]), BOUNDS);

/**
 * A wire to the node that can be cut without either end noticing. A firewall that forgets a
 * connection cuts so.
 */
const wire = (): Promise<{ readonly url: string; readonly goSilent: () => void }> =>
  new Promise((resolve) => {
    const { port } = new URL(chains.assetHub.wsUrl);
    const sockets = new Set<Socket>();
    let silent = false;
    const server: Server = createServer((near) => {
      const far = connect(Number(port), "127.0.0.1");
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on("data", (data) => silent || to.write(data));
        from.on("error", () => undefined).on("close", () => to.destroy());
      }
    });
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    server.listen(0, "127.0.0.1", () =>
      resolve({
        url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
        goSilent: () => {
          silent = true;
        },
      }),
    );
  });

const open = (
  urls: readonly string[],
  onBlock: () => void = () => undefined,
  { silenceMs = 60_000, timeoutMs = 20_000 } = {},
): Connection => {
  const connection = openConnection({ urls, silenceMs, timeoutMs, onBlock, log: createLog("silent") });
  closing.push(connection.close);
  return connection;
};

const connectedTo = (connection: Connection, url: string): Promise<true> =>
  eventually(() => {
    const state = connection.state();
    return state.connected && state.url === url ? true : undefined;
  });

describe("the connection to parachain nodes", () => {
  it("leaves a node that has gone silent without closing, and hears of blocks from the next", async () => {
    const first = await wire();
    const second = await wire();
    let blocks = 0;
    const hear = (): void => {
      blocks += 1;
    };
    const connection = open([first.url, second.url], hear, { silenceMs: 1_500, timeoutMs: 3_000 });
    const from = await eventually(() =>
      connection.state().connected && blocks > 0 ? connection.state().url : undefined,
    );
    const [left, next] = from === first.url ? [first, second] : [second, first];
    left.goSilent();
    await connectedTo(connection, next.url);
    const before = blocks;
    await eventually(() => (blocks > before ? true : undefined));
  });

  it("goes round a node that isn't there", async () => {
    const { url } = await wire();
    await connectedTo(open(["ws://127.0.0.1:1", url]), url);
  });

  it("outlives a node that answers with garbage, and goes on to the next", async () => {
    const liar = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    closing.push(() => liar.close());
    await once(liar, "listening");
    liar.on("connection", (socket) => socket.on("message", () => socket.send("<html>busy</html>")));
    const { url } = await wire();
    await connectedTo(open([`ws://127.0.0.1:${(liar.address() as AddressInfo).port}`, url]), url);
  });

  it("submits an extrinsic, tells the block it is in, and why it failed there", async () => {
    const connection = open([chains.assetHub.wsUrl]);
    await connectedTo(connection, chains.assetHub.wsUrl);
    const api = await connectApi(chains.assetHub.wsUrl);
    closing.push(() => api.disconnect());
    const submit = async (nonce: number, amount: bigint): Promise<ExtrinsicStatus> => {
      const transfer = api.tx.balances?.transfer?.({ Id: new Uint8Array(32).fill(1) }, amount);
      if (transfer === undefined) throw new Error("expected the runtime to have balances.transfer");
      const signed = await transfer.signAsync(devAccount("//Alice"), { nonce });
      const statuses: ExtrinsicStatus[] = [];
      await connection.submit(fromHex(signed.toHex()), (status) => statuses.push(status));
      return eventually(() => statuses.find(({ type }) => type === "inBlock"));
    };
    expect(await submit(0, 10n ** 12n)).toMatchObject({ type: "inBlock", failure: undefined });
    expect(await submit(1, 10n ** 30n)).toMatchObject({ failure: expect.stringContaining("InsufficientBalance") });
  });

  it("says that a node refused what no block can hold", async () => {
    const connection = open([chains.assetHub.wsUrl]);
    await connectedTo(connection, chains.assetHub.wsUrl);
    await expect(connection.submit(Uint8Array.of(4, 0x84), () => undefined)).rejects.toMatchObject({
      code: "rpc/submit",
      retry: "backoff",
    });
  });
});

describe("state of the parachain", () => {
  it("is proven for more keys than a node answers for at once", async () => {
    const { setId, authorities, finalized } = chains.relay.trustRoot();
    const head = await proveHead(rpcOf(chains.relay.url), { setId, authorities, finalized }, chains.assetHub.paraId);
    const nobody = Array.from({ length: 1_200 }, (_, i) => {
      const account = new Uint8Array(32);
      new DataView(account.buffer).setUint32(0, i + 1);
      return systemAccount(account);
    });
    const keys = [...nobody, timestampNow];
    const { lookup } = await proveStorage(rpcOf(chains.assetHub.url), head.para, keys);
    expect(nobody.every((key) => lookup(key) === undefined)).toBe(true);
    expect(lookup(timestampNow)).toHaveLength(8);
  });
});
