import type { IncomingMessage } from "node:http";
import { RequestError } from "../error.js";
import type { Lease } from "./budget.js";

const tooLarge = (max: number): RequestError =>
  new RequestError(413, "request/too-large", `expected a body of at most ${max} bytes`);

/**
 * Reads a request's body, counting while it comes. What is refused is still received, and dropped,
 * so that the client gets to read the answer. The server's own timeout bounds that.
 * @throws RequestError `request/too-large` (413), `request/busy` (503), `request/aborted` (400)
 */
export const readBody = (request: IncomingMessage, max: number, lease: Lease): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const detach = (): void => {
      request.off("data", receive).off("end", finish).off("close", abort).resume();
    };
    const refuse = (error: unknown): void => {
      detach();
      reject(error);
    };
    const receive = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > max) {
        refuse(tooLarge(max));
        return;
      }
      try {
        lease.take(chunk.length);
      } catch (error) {
        refuse(error);
        return;
      }
      chunks.push(chunk);
    };
    const finish = (): void => {
      detach();
      resolve(Buffer.concat(chunks, size));
    };
    const abort = (): void =>
      refuse(new RequestError(400, "request/aborted", "the connection closed before the body was complete", "backoff"));
    request.on("error", abort);
    if (Number(request.headers["content-length"] ?? 0) > max) refuse(tooLarge(max));
    else request.on("data", receive).on("end", finish).on("close", abort);
  });
