/**
 * A way to a parachain's node whose blocks have room for small batches only. It says so, as with a
 * runtime of lower limits. Or it takes the others, and puts them into no block.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { WebSocket, WebSocketServer } from "ws";

export interface NarrowNode {
  /** WebSocket, and HTTP on the same port. */
  readonly url: string;
  /** Where it leads; once, before anybody comes. */
  readonly leadTo: (wsUrl: string) => void;
  /** @param bytes of one extrinsic, from now on; larger ones are refused */
  readonly takeAtMost: (bytes: number) => void;
  /** Says that it takes larger ones, too, and drops them. */
  readonly dropAbove: (bytes: number) => void;
  /** How many bytes those had that were too large. */
  readonly refused: () => readonly number[];
  readonly close: () => void;
}

interface Call {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
};

export const openNarrowNode = async (): Promise<NarrowNode> => {
  let node = "";
  let most = Number.POSITIVE_INFINITY;
  let drops = false;
  const refused: number[] = [];

  /** The answer to an extrinsic that is too large; undefined for whatever the node shall answer. */
  const refusalOf = (body: string): string | undefined => {
    if (!body.includes("author_submit")) return undefined;
    const { id, method, params } = JSON.parse(body) as Call;
    const length = (String(params[0]).length - 2) / 2;
    if (!method.startsWith("author_submit") || length <= most) return undefined;
    refused.push(length);
    if (drops) {
      const result = `0x${toHex(extrinsicHash(fromHex(String(params[0]))))}`;
      return JSON.stringify({ jsonrpc: "2.0", id, result });
    }
    const data = "Transaction would exhaust the block limits";
    return JSON.stringify({ jsonrpc: "2.0", id, error: { code: 1010, message: "Invalid Transaction", data } });
  };

  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    try {
      const body = await readBody(request);
      const refusal = refusalOf(body);
      const headers = { "content-type": "application/json" };
      if (refusal !== undefined) {
        response.writeHead(200, headers).end(refusal);
        return;
      }
      const answer = await fetch(node.replace(/^ws/, "http"), { method: "POST", headers, body });
      response.writeHead(answer.status, headers).end(new Uint8Array(await answer.arrayBuffer()));
    } catch {
      response.writeHead(502).end();
    }
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (outer) => {
    const inner = new WebSocket(node);
    const waiting: string[] = [];
    inner.on("open", () => {
      for (const text of waiting.splice(0)) inner.send(text);
    });
    inner.on("message", (data) => outer.send(data.toString()));
    outer.on("message", (data) => {
      const text = data.toString();
      const refusal = refusalOf(text);
      if (refusal !== undefined) outer.send(refusal);
      else if (inner.readyState === WebSocket.OPEN) inner.send(text);
      else waiting.push(text);
    });
    inner.on("close", () => outer.close());
    outer.on("close", () => inner.close());
    for (const socket of [inner, outer]) socket.on("error", () => socket.terminate());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    leadTo: (to) => {
      node = to;
    },
    takeAtMost: (bytes) => {
      [most, drops] = [bytes, false];
    },
    dropAbove: (bytes) => {
      [most, drops] = [bytes, true];
    },
    refused: () => refused,
    close: () => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      server.close();
    },
  };
};
