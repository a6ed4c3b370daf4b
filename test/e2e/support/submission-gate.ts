/**
 * A way to a Diem node that keeps payments back, as a bad relayer may. Or it lets something happen
 * just before they reach the node.
 */
import type { IncomingMessage } from "node:http";
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";

export interface SubmissionGate {
  readonly url: string;
  /** Told of each transaction, hex of its BCS, before the node is. What is withheld seems taken. */
  readonly onSubmit: (decide: (transaction: string) => "forward" | "withhold") => void;
  /** Does something once, just before the next payment reaches the node. */
  readonly beforeNext: (work: () => void) => Promise<void>;
  readonly close: () => void;
}

interface Call {
  readonly method: string;
  readonly params: readonly unknown[];
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
};

const headers = { "content-type": "application/json" };

/** Any call whose answer says where the ledger stands. */
const HARMLESS = { method: "get_metadata", params: [0] };

export const startSubmissionGate = async (node: string): Promise<SubmissionGate> => {
  let decide: (transaction: string) => "forward" | "withhold" = () => "forward";
  const forward = async (body: string): Promise<string> =>
    (await fetch(node, { method: "POST", headers, body })).text();
  const answer = async (body: string): Promise<string> => {
    const value = JSON.parse(body) as Call | readonly Call[];
    const calls = Array.isArray(value) ? value : [value];
    const isWithheld = ({ method, params }: Call): boolean =>
      method === "submit" && decide(String(params[0])) === "withhold";
    const withheld = calls.map(isWithheld);
    if (!withheld.includes(true)) return forward(body);
    const changed = calls.map((call, i) => (withheld[i] ? { ...call, ...HARMLESS } : call));
    const answers = JSON.parse(await forward(JSON.stringify(changed))) as readonly object[];
    const seemingly = answers.map((one, i) => (withheld[i] ? { ...one, result: null } : one));
    return JSON.stringify(Array.isArray(value) ? seemingly : seemingly[0]);
  };
  const loopback = createLoopback();
  const url = await loopback.serve(async (request, response) => {
    try {
      response.writeHead(200, headers).end(await answer(await readBody(request)));
    } catch {
      response.writeHead(502).end();
    }
  });
  return {
    url,
    onSubmit: (next) => {
      decide = next;
    },
    beforeNext: (work) =>
      new Promise((resolve) => {
        decide = () => {
          decide = () => "forward";
          work();
          resolve();
          return "forward";
        };
      }),
    close: loopback.close,
  };
};
