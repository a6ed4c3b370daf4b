/**
 * What a devnet offers beside a Diem node's interface, on a port of its own. It has the faucet, and
 * tests may end epochs, freeze accounts, hold transactions back and produce blocks. Parameters come
 * in the query: `POST /mint?auth_key=…&amount=…`.
 */
import type { RequestListener } from "node:http";
import { isPdiemError } from "@pdiem/light-client/error";
import { ACTIONS, type Action, type Operator } from "./operator-actions.js";

const perform = (operator: Operator, action: Action, query: URLSearchParams): readonly [number, string] => {
  try {
    return [200, action(operator, query)];
  } catch (error) {
    if (isPdiemError(error)) return [400, error.message];
    return [500, error instanceof Error ? error.message : "unknown fault"];
  }
};

export const operatorListener =
  (operator: Operator): RequestListener =>
  (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const action = ACTIONS.get(pathname);
    const [status, body] =
      action === undefined || request.method !== "POST"
        ? ([404, "expected POST of a known action"] as const)
        : perform(operator, action, searchParams);
    request.resume();
    response.writeHead(status, {
      "content-type": body.startsWith("{") ? "application/json" : "text/plain; charset=utf-8",
      "access-control-allow-origin": "*",
    });
    response.end(body);
  };
