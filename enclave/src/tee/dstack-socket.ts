/** Calls to dstack's guest agent: a POST of JSON a method, by HTTP over a Unix socket. */
import { type IncomingMessage, request } from "node:http";
import { isPdiemError } from "@pdiem/light-client/error";
import { TeeError } from "../error.js";
import { teeErrorOf } from "./system-error.js";

/** Quotes come with their event log, some hundred kilobytes of text. */
const MAX_ANSWER = 4 * 1024 * 1024;
const SHOWN = 200;

/** The agent's answer to a method, its fields not looked at yet. @throws TeeError */
export type AskDstack = (method: string, params: object) => Promise<ReadonlyMap<string, unknown>>;

interface Reply {
  readonly status: number | undefined;
  readonly body: Buffer;
}

const collect = async (incoming: IncomingMessage): Promise<Reply> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER)
      throw new TeeError("tee/too-large", `expected at most ${MAX_ANSWER} bytes from dstack, there are more`);
    chunks.push(chunk);
  }
  return { status: incoming.statusCode, body: Buffer.concat(chunks) };
};

const post = (socketPath: string, path: string, body: string, signal: AbortSignal): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    // No agent: a connection kept open would keep the process from ending.
    request({ socketPath, path, method: "POST", headers, agent: false, signal }, (incoming) => {
      collect(incoming).then(resolve, reject);
    })
      .on("error", reject)
      .end(body);
  });

const wrongAnswer = (method: string, cause?: unknown): TeeError =>
  new TeeError("tee/answer", `expected a JSON object from dstack's ${method}, got something else`, "backoff", {
    cause,
  });

const fieldsOf = (method: string, body: Buffer): ReadonlyMap<string, unknown> => {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return new Map(Object.entries(value));
  } catch (cause) {
    throw wrongAnswer(method, cause);
  }
  throw wrongAnswer(method);
};

/**
 * @param timeout ms that one call may take, from connecting to the answer's last byte
 */
export const dstackSocket = (socketPath: string, timeout: number): AskDstack => {
  return async (method, params) => {
    const signal = AbortSignal.timeout(timeout);
    try {
      const { status, body } = await post(socketPath, `/${method}`, JSON.stringify(params), signal);
      if (status !== 200) {
        const said = JSON.stringify(body.subarray(0, SHOWN).toString("utf8"));
        throw new TeeError("tee/answer", `expected 200 from dstack's ${method}, got ${status}: ${said}`, "backoff");
      }
      return fieldsOf(method, body);
    } catch (cause) {
      if (signal.aborted && !isPdiemError(cause))
        throw new TeeError("tee/timeout", `expected dstack's ${method} within ${timeout} ms: ask again`, "backoff", {
          cause,
        });
      throw teeErrorOf(socketPath, cause);
    }
  };
};
