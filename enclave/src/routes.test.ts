import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { describe, expect, it } from "vitest";
import { type RequestOf, ROUTE_NAMES, routes } from "./routes.js";

describe("the route table", () => {
  it("has a path of its own for each route, with the version of its bodies", () => {
    const paths = ROUTE_NAMES.map((name) => routes[name].path);
    expect(new Set(paths).size).toBe(ROUTE_NAMES.length);
    for (const path of paths) expect(path).toMatch(/^\/v2\/[a-z/-]+$/);
  });

  it("reads what it writes, and not a byte more", () => {
    const request: RequestOf<"activate"> = { config: exampleConfig, challenge: new Uint8Array(32).fill(1) };
    const bytes = encode(routes.activate.request, request);
    expect(decode(routes.activate.request, bytes)).toEqual(request);
    expect(() => decode(routes.activate.request, new Uint8Array([...bytes, 0]))).toThrow();
    expect(() => decode(routes.activate.request, bytes.subarray(1))).toThrow();
  });

  it("asks for no bytes where a route has no request", () => {
    for (const name of ["status", "reset", "handoverChallenge"] as const) {
      expect(routes[name].maxRequest).toBe(0);
      expect(encode(routes[name].request, undefined)).toEqual(new Uint8Array());
    }
  });

  it("brings none of the enclave's code along: clients import it", () => {
    const folder = fileURLToPath(new URL("wire", import.meta.url));
    const files = [
      fileURLToPath(new URL("routes.ts", import.meta.url)),
      ...readdirSync(folder).map((name) => `${folder}/${name}`),
    ];
    const imports = files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/from "([^"]+)"/g)].map(([, from = ""]) => from),
    );
    expect(imports.length).toBeGreaterThan(20);
    for (const from of imports) expect(from).toMatch(/^(@pdiem\/(bridge|light-client|enclave-verifier)\/|\.\/)/);
  });
});
