/**
 * A way to the enclave that takes only requests of a certain size. A server with a lower limit
 * would do so.
 */

import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { RequestError } from "@pdiem/enclave/error";
import { CONTENT_TYPE } from "@pdiem/enclave/routes";

export interface NarrowDoor {
  readonly url: string;
  /** Where it leads; once, before anybody comes. */
  readonly leadTo: (url: string) => void;
  /** @param bytes of one body, from now on */
  readonly takeAtMost: (bytes: number) => void;
  /** How many were too large. */
  readonly refused: () => number;
  readonly close: () => void;
}

const headers = { "content-type": CONTENT_TYPE };

const refusal = (most: number): string => {
  const { code, message, retry } = new RequestError(
    413,
    "request/too-large",
    `expected a body of at most ${most} bytes`,
  );
  return JSON.stringify({ code, message, retry });
};

export const openNarrowDoor = async (): Promise<NarrowDoor> => {
  let enclave = "";
  let most = Number.POSITIVE_INFINITY;
  let refused = 0;
  const loopback = createLoopback();
  const url = await loopback.serve(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    if (body.length > most) {
      refused += 1;
      response.writeHead(413, headers).end(refusal(most));
      return;
    }
    try {
      const { method = "GET" } = request;
      const forwarded = method === "GET" ? { method } : { method, headers, body };
      const answer = await fetch(new URL(request.url ?? "/", enclave), forwarded);
      response.writeHead(answer.status, headers).end(new Uint8Array(await answer.arrayBuffer()));
    } catch {
      response.writeHead(502).end();
    }
  });
  return {
    url,
    leadTo: (to) => {
      enclave = to;
    },
    takeAtMost: (bytes) => {
      most = bytes;
    },
    refused: () => refused,
    close: loopback.close,
  };
};
