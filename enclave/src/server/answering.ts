import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Log } from "../log.js";
import { type RequestOf, type ResponseOf, type RouteName, routes } from "../routes.js";
import { type Answer, errorAnswer } from "./answer.js";

/** Answers one request. What it throws becomes the answer. */
export type Handle = <R extends RouteName>(route: R, request: RequestOf<R>) => Promise<ResponseOf<R>>;

/** Answers a request's bytes. Never rejects. */
export type Ask = (route: RouteName, body: Uint8Array) => Promise<Answer>;

const answerBody = async <R extends RouteName>(handle: Handle, name: R, body: Uint8Array): Promise<Uint8Array> => {
  const { request, response } = routes[name];
  return encode(response, await handle(name, decode(request, body)));
};

/** Reads requests and writes answers for a handler. */
export const answering =
  (handle: Handle, log: Log): Ask =>
  async (name, body) => {
    try {
      return { status: 200, body: await answerBody(handle, name, body) };
    } catch (error) {
      if (!isPdiemError(error))
        log("defect", { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      return errorAnswer(error);
    }
  };
