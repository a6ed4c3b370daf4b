import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createEnclaveClient } from "./client.js";

let server: Server | undefined;

const answering = (status: number, body: string): Promise<string> =>
  new Promise((resolve) => {
    server = createServer((_, response) => response.writeHead(status).end(body));
    server.listen(0, "127.0.0.1", () => {
      const address = server?.address();
      resolve(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
    });
  });

afterEach(() => {
  server?.close();
});

const bounds = { timeoutMs: 20_000, maxResponseBytes: 100_000 };

describe("the enclave's client", () => {
  it("returns what the API promises", async () => {
    const client = createEnclaveClient(await answering(200, '{"tee":"simulated"}'), bounds);
    expect(await client.status()).toEqual({ tee: "simulated" });
  });

  it("throws the enclave's own code and class of retry", async () => {
    const body = '{"code":"refused/interval","message":"too early","retry":"later"}';
    const client = createEnclaveClient(await answering(409, body), bounds);
    await expect(client.advance({ evidence: {} })).rejects.toMatchObject({ code: "refused/interval", retry: "later" });
  });

  it.each([
    ["not JSON", 200, "<html>"],
    ["another shape", 200, '{"heads":{"diem":{"version":7}}}'],
    ["an error without a code", 502, '{"oops":true}'],
  ])("refuses %s", async (_, status, body) => {
    const client = createEnclaveClient(await answering(status, body), bounds);
    await expect(client.advance({ evidence: {} })).rejects.toMatchObject({ code: "enclave/form", retry: "backoff" });
  });

  it("tells an enclave that isn't there from one that refuses", async () => {
    const client = createEnclaveClient("http://127.0.0.1:1", bounds);
    await expect(client.status()).rejects.toMatchObject({ code: "enclave/unreachable", retry: "backoff" });
  });
});
