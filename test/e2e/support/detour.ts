/**
 * A node's address behind which stands now this node, now another, or one that changes what it
 * answers.
 */
import type { IncomingMessage } from "node:http";
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";

/** @param request as it was asked; @param answer as the node gave it; both parsed JSON */
export type Change = (answer: unknown, request: unknown) => unknown;

export interface Detour {
  readonly url: string;
  readonly lead: (to: string, change?: Change) => void;
  readonly close: () => void;
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
  const loopback = createLoopback();
  const url = await loopback.serve(async (request, response) => {
    try {
      const body = await readBody(request);
      const answer: unknown = await (await fetch(to, { method: "POST", headers, body })).json();
      response.writeHead(200, headers).end(JSON.stringify(change(answer, JSON.parse(body))));
    } catch {
      response.destroy();
    }
  });
  return {
    url,
    lead: (other, changed = (answer) => answer) => {
      to = other;
      change = changed;
    },
    close: loopback.close,
  };
};
