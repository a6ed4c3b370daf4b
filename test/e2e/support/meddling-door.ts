/** A way to an enclave whose host reads along, and may answer otherwise than the enclave does. */
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { CONTENT_TYPE, type ResponseOf, type RouteName, routes } from "@pdiem/enclave/routes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";

/** What becomes of an answer; the request is passed on first. */
export type Meddling = {
  readonly [R in RouteName]?: (answer: ResponseOf<R>) => ResponseOf<R>;
};

export interface MeddlingDoor {
  readonly url: string;
  /** Where it leads; once, before anybody comes. */
  readonly leadTo: (url: string) => void;
  /** Has it meddle from now on. */
  readonly meddle: (how: Meddling) => void;
  /** Runs before each request to a route is passed on, until it is told otherwise. */
  readonly onAsked: (hook: ((name: RouteName) => Promise<void>) | undefined) => void;
  readonly close: () => void;
}

const headers = { "content-type": CONTENT_TYPE };

const nameOf = (path: string): RouteName | undefined =>
  (Object.entries(routes) as [RouteName, { readonly path: string }][]).find(([, route]) => route.path === path)?.[0];

const changed = <R extends RouteName>(name: R, how: Meddling[R], body: Uint8Array): Uint8Array => {
  if (how === undefined) return body;
  const { response } = routes[name];
  return encode(response, how(decode(response, body)));
};

export const openMeddlingDoor = async (): Promise<MeddlingDoor> => {
  let enclave = "";
  let meddling: Meddling = {};
  let hook: ((name: RouteName) => Promise<void>) | undefined;
  const loopback = createLoopback();
  const url = await loopback.serve(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { method = "GET", url: path = "/" } = request;
    const name = nameOf(path);
    try {
      if (name !== undefined) await hook?.(name);
      const body = Buffer.concat(parts);
      const answer = await fetch(new URL(path, enclave), method === "GET" ? { method } : { method, headers, body });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const shown = name === undefined || answer.status !== 200 ? bytes : changed(name, meddling[name], bytes);
      response.writeHead(answer.status, headers).end(shown);
    } catch {
      // As with a host whose enclave is gone.
      request.socket.destroy();
    }
  });
  return {
    url,
    leadTo: (to) => {
      enclave = to;
    },
    meddle: (how) => {
      meddling = how;
    },
    onAsked: (then) => {
      hook = then;
    },
    close: loopback.close,
  };
};
