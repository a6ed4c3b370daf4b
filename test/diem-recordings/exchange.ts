/** Sends what a recording says was sent, byte for byte. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Recording } from "./recording.js";

export interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Sent {
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

const LARGE_BODY = `"${"x".repeat(33 * 1024)}"`;

/** The manifest tells what the lines don't: paths, content types and the large body. */
const sentOf = ({ name, request: sent, request_hex: hex }: Recording): Sent => {
  const path = name === "protocol/root-path" ? "/" : name === "protocol/other-path" ? "/v2" : "/v1";
  const type = name === "protocol/text-plain" ? "text/plain" : "application/json";
  if (hex !== undefined) return { path, type, body: Buffer.from(hex, "hex").toString() };
  return { path, type, body: name === "protocol/large-body" ? LARGE_BODY : JSON.stringify(sent) };
};

export const exchange = async (port: number, recording: Recording): Promise<Answer> => {
  const { path, type, body } = sentOf(recording);
  const headers = { "content-type": type, "content-length": String(Buffer.byteLength(body)) };
  const outgoing = request({ agent: false, port, path, method: "POST", headers });
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
};
