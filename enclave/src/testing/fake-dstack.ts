import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { tdxQuote } from "./evidence-bytes.js";

/** Answers one method in place of the agent. */
export type DstackMethod = (body: unknown, response: ServerResponse, request: IncomingMessage) => void;

export const answer = (value: unknown, status = 200): DstackMethod => {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
};

const reportDataOf = (body: unknown): string => {
  const { report_data = "" } = body as { readonly report_data?: string };
  return report_data.padEnd(128, "0");
};

export const EVENT_LOG = JSON.stringify([{ imr: 3, event_type: 134217729, digest: "00", event: "app-id" }]);
export const KEY = Uint8Array.from({ length: 32 }, (_, i) => 32 - i);

/** What dstack's guest agent answers in an app that has its keys from a key service. */
export const METHODS: Readonly<Record<string, DstackMethod>> = {
  Info: answer({
    app_id: "11".repeat(20),
    instance_id: "22".repeat(20),
    app_cert: "",
    tcb_info: "{}",
    app_name: "bridge",
    key_provider_info: JSON.stringify({ name: "kms", id: "3059" }),
    compose_hash: "33".repeat(32),
  }),
  GetKey: (body, response, request) => {
    const { path } = body as { readonly path: string };
    const key = path === "pdiem/sealing/v1" ? KEY : new Uint8Array(32).fill(path.length);
    answer({ key: toHex(key), signature_chain: ["00", "01"] })(body, response, request);
  },
  GetQuote: (body, response, request) => {
    const report_data = reportDataOf(body);
    const quote = toHex(tdxQuote(fromHex(report_data)));
    answer({ quote, event_log: EVENT_LOG, report_data, vm_config: "{}" })(body, response, request);
  },
};

export interface FakeDstack {
  /** Tells how many connections are open. */
  readonly connections: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the agent on a Unix socket.
 * @param changed methods that do otherwise than they should
 */
export const startFakeDstack = async (
  socketPath: string,
  changed: Readonly<Record<string, DstackMethod>> = {},
): Promise<FakeDstack> => {
  const methods: Readonly<Record<string, DstackMethod | undefined>> = { ...METHODS, ...changed };
  const server = createServer(async (request, response) => {
    const method = methods[request.url?.slice(1) ?? ""];
    const body = await text(request);
    if (method === undefined || request.method !== "POST") response.writeHead(404).end("<html>no such method</html>");
    else method(JSON.parse(body), response, request);
  });
  await once(server.listen(socketPath), "listening");
  return {
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    stop: async () => {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
};
