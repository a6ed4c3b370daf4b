/** A node of either chain that behaves as told, in front of one that is honest. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";

export interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What becomes of one request: undefined is passed on to the honest node. */
export type Fault =
  | undefined
  | { readonly type: "silent" }
  | { readonly type: "close" }
  /** Sent as it is, instead of an answer. */
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly type: "error"; readonly code: number; readonly message: string; readonly data?: unknown }
  | { readonly type: "result"; readonly result: unknown };

export interface FaultyNode {
  /** For HTTP; `wsUrl` for the same by WebSocket. */
  readonly url: string;
  readonly wsUrl: string;
  /**
   * Decides over each request, or over each call of a batch; the first fault is the batch's.
   * @param turn how many requests came before
   */
  behave: (request: Request, turn: number) => Fault;
  /** Changes what the honest node answers. */
  change: (answer: string, requests: readonly Request[]) => string;
  /** Methods asked for so far, in order. */
  readonly asked: string[];
  /** Sends to everyone connected by WebSocket. */
  readonly tell: (message: object) => void;
  readonly close: () => Promise<void>;
}

const requestsOf = (body: string): readonly Request[] => {
  const value: unknown = JSON.parse(body);
  return (Array.isArray(value) ? value : [value]) as readonly Request[];
};

const answerOf = ({ id }: Request, fault: Fault): object => {
  if (fault?.type === "error") {
    const { code, message, data } = fault;
    return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
  }
  return { jsonrpc: "2.0", id, result: fault?.type === "result" ? fault.result : null };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};

const post = async (url: string, body: string): Promise<string> =>
  (await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body })).text();

/** Diem's answers say at which head of the ledger they are: those of one that is at fault, too. */
const withHead = async (target: string, body: string, answers: readonly object[]): Promise<readonly object[]> => {
  if (!Array.isArray(JSON.parse(body))) return answers;
  const [head] = JSON.parse(
    await post(target, JSON.stringify([{ jsonrpc: "2.0", id: 0, method: "get_metadata", params: [] }])),
  );
  const { result: _, ...frame } = head;
  return answers.map((answer) => ({ ...frame, ...answer }));
};

/** @param target HTTP URL of the honest node @param wsTarget its WebSocket, where it has one */
export const startFaultyNode = async (target: string, wsTarget?: string): Promise<FaultyNode> => {
  const asked: string[] = [];
  let turn = 0;
  const decide = (body: string): { readonly requests: readonly Request[]; readonly faults: readonly Fault[] } => {
    const requests = requestsOf(body);
    asked.push(...requests.map(({ method }) => method));
    const faults = requests.map((one) => node.behave(one, turn));
    turn += 1;
    return { requests, faults };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const { requests, faults } = decide(body);
    const fault = faults.find((one) => one !== undefined);
    if (fault === undefined) {
      response.end(node.change(await post(target, body), requests));
      return;
    }
    if (fault.type === "silent") return;
    if (fault.type === "close") request.socket.destroy();
    else if (fault.type === "text") response.end(fault.text);
    else if (fault.type === "status") response.writeHead(fault.status, fault.headers).end("refused");
    else {
      const answers = await withHead(
        target,
        body,
        requests.map((one, i) => answerOf(one, faults[i] ?? fault)),
      );
      response.end(JSON.stringify(Array.isArray(JSON.parse(body)) ? answers : answers[0]));
    }
  };

  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    response.setHeader("content-type", "application/json");
    answer(request, response).catch(() => request.socket.destroy());
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (client) => {
    const honest = new WebSocket(wsTarget ?? target.replace("http", "ws"));
    const early: string[] = [];
    honest.on("open", () => {
      for (const text of early.splice(0)) honest.send(text);
    });
    honest.on("error", () => client.terminate()).on("close", () => client.terminate());
    honest.on("message", (data) => client.send(data.toString()));
    client.on("error", () => undefined).on("close", () => honest.close());
    client.on("message", (data) => {
      const text = data.toString();
      const { requests, faults } = decide(text);
      const [request] = requests;
      const [fault] = faults;
      if (request === undefined || fault?.type === "silent") return;
      if (fault === undefined) honest.readyState === WebSocket.OPEN ? honest.send(text) : early.push(text);
      else if (fault.type === "close" || fault.type === "status") client.terminate();
      else client.send(fault.type === "text" ? fault.text : JSON.stringify(answerOf(request, fault)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const node: FaultyNode = {
    url: `http://${at}`,
    wsUrl: `ws://${at}`,
    behave: () => undefined,
    change: (text) => text,
    asked,
    tell: (message) => {
      for (const client of sockets.clients) client.send(JSON.stringify(message));
    },
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return node;
};

/** A node that changes nothing but how one method is answered. */
export const misbehaveOn =
  (method: RegExp, fault: Fault) =>
  (request: Request): Fault =>
    method.test(request.method) ? fault : undefined;
