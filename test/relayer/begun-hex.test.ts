import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { toHex } from "@pdiem/light-client/bytes";
import { createSubstrateRpc, type SubstrateNode } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { afterEach, describe, expect, it } from "vitest";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 1_000_000 };
const BYTES = Uint8Array.from({ length: 200 }, (_, i) => i);
const HEX = `0x${toHex(BYTES)}`;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const nodeThat = async (answer: (response: ServerResponse) => void): Promise<SubstrateNode> => {
  const server = createServer((request, response) => {
    request.resume().on("end", () => answer(response));
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [node] = createSubstrateRpc(createEndpoints([url]), BOUNDS).nodes;
  if (node === undefined) throw new Error("expected a node");
  return node;
};

const begin = (node: SubstrateNode, wanted = 100) => node.begin("a_method", [], () => wanted);

describe("the beginning of a long answer", () => {
  it.each([
    ["first", (rest: string) => `{"jsonrpc":"2.0","result":"${HEX}${rest}","id":1}`],
    ["last", (rest: string) => `{"jsonrpc":"2.0","id":1,"result" : "${HEX}${rest}"}`],
  ])("is read where the result comes %s, byte by byte or at once, and the connection ended", async (_, textOf) => {
    const text = textOf("ab".repeat(1_000_000));
    let ended: Promise<unknown> | undefined;
    const whole = await nodeThat((response) => {
      ended = once(response, "close");
      response.write(text);
    });
    expect(await begin(whole)).toEqual({ bytes: BYTES.subarray(0, 100), isWhole: false });
    await ended;
    const dripping = await nodeThat((response) => {
      for (const character of text.slice(0, 600)) response.write(character);
    });
    expect(await begin(dripping)).toEqual({ bytes: BYTES.subarray(0, 100), isWhole: false });
  });

  it("tells who asks the first 64 bytes, once", async () => {
    const node = await nodeThat((response) => response.end(`{"jsonrpc":"2.0","result":"${HEX}","id":1}`));
    const told: Uint8Array[] = [];
    await node.begin("a_method", [], (first) => {
      told.push(first);
      return 1_000;
    });
    expect(told).toEqual([BYTES.subarray(0, 64)]);
  });

  it("is the whole answer where that is short", async () => {
    const node = await nodeThat((response) => response.end(`{"jsonrpc":"2.0","result":"${HEX}","id":1}`));
    expect(await begin(node, 1_000)).toEqual({ bytes: BYTES, isWhole: true });
    const short = await nodeThat((response) => response.end('{"jsonrpc":"2.0","result":"0x0102","id":1}'));
    expect(await begin(short)).toEqual({ bytes: Uint8Array.of(1, 2), isWhole: true });
    const none = await nodeThat((response) => response.end('{"jsonrpc":"2.0","result":null,"id":1}'));
    expect(await begin(none)).toBeUndefined();
  });
});

describe("an answer that is none", () => {
  it.each([
    ["an error", "rpc/refused", '{"jsonrpc":"2.0","id":1,"error":{"code":-32008,"message":"Response is too big"}}'],
    ["no JSON", "rpc/form", `{"result":"${HEX.slice(0, 150)}`],
    ["no hex", "rpc/form", `{"jsonrpc":"2.0","id":1,"result":"${HEX.slice(0, 150)}zz${HEX}"}`],
    ["no text", "rpc/form", '{"jsonrpc":"2.0","id":1,"result":{"a":1}}'],
    ["more before it than any node writes, and all", "rpc/too-large", `{"a":"${"b".repeat(2_000_000)}"}`],
  ])("%s: %s", async (_, code, text) => {
    const node = await nodeThat((response) => response.end(text));
    await expect(begin(node)).rejects.toMatchObject({ code });
  });

  it("another status, and what who asks throws", async () => {
    const faulty = await nodeThat((response) => response.writeHead(500).end("no"));
    await expect(begin(faulty)).rejects.toMatchObject({ code: "rpc/status" });
    const node = await nodeThat((response) => response.write(`{"result":"${HEX}`));
    const refuse = (): number => {
      throw new RangeError("too long");
    };
    await expect(node.begin("a_method", [], refuse)).rejects.toMatchObject({ code: "rpc/unreachable" });
  });
});
