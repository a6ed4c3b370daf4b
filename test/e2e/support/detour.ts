/** A node's address behind which stands now this node, now another, or one that changes what it answers. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** @param request as it was asked; @param answer as the node gave it; both parsed JSON */
export type Change = (answer: unknown, request: unknown) => unknown;

export interface Detour {
  readonly url: string;
  readonly lead: (to: string, change?: Change) => void;
  readonly close: () => Promise<void>;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
};

const headers = { "content-type": "application/json" };

export const startDetour = async (node: string): Promise<Detour> => {
  let to = node;
  let change: Change = (answer) => answer;
  const server = createServer(async (request, response) => {
    try {
      const body = await readBody(request);
      const answer: unknown = await (await fetch(to, { method: "POST", headers, body })).json();
      response.writeHead(200, headers).end(JSON.stringify(change(answer, JSON.parse(body))));
    } catch {
      response.destroy();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    lead: (other, changed = (answer) => answer) => {
      to = other;
      change = changed;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
