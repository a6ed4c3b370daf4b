import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpGet } from "./collateral/http-get.js";
import { createEnclaveClient } from "./enclave/enclave-client.js";
import { nodeTransport } from "./enclave/node-transport.js";
import { tlsAdvice } from "./tls-advice.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-tls-"));
const servers: Server[] = [];

/** A service with a certificate of its own, as an installer leaves a cache of Intel's service. */
const serveWith = async (name: string, days: string, names: string): Promise<string> => {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync(
    "openssl",
    [...request, ...files, ...days.split(" "), "-subj", "/CN=own", "-addext", `subjectAltName=${names}`],
    {
      stdio: "ignore",
    },
  );
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) =>
    response.end("ok"),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `https://localhost:${(server.address() as AddressInfo).port}`;
};

let url: string;
beforeAll(async () => {
  url = await serveWith("own", "-days 2", "DNS:localhost,IP:127.0.0.1");
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

describe("a service with a certificate of its own", () => {
  it("says how to trust it, where collateral comes from", async () => {
    await expect(httpGet(url, { timeoutMs: 5_000, maximumBytes: 100 })).rejects.toMatchObject({
      code: "collateral/untrusted",
      message: expect.stringContaining("NODE_EXTRA_CA_CERTS=FILE"),
    });
  });

  it("says so of an enclave's door, too", async () => {
    await expect(createEnclaveClient(nodeTransport(url, 5_000)).status()).rejects.toMatchObject({
      code: "enclave/untrusted",
      message: expect.stringContaining("NODE_EXTRA_CA_CERTS=FILE"),
    });
  });

  it("is trusted once that is done", () => {
    const script = `fetch("${url}").then(async (r) => process.stdout.write(await r.text()))`;
    const child = new Promise<string>((resolve, reject) => {
      import("node:child_process").then(({ execFile }) =>
        execFile(
          process.execPath,
          ["-e", script],
          { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "own.pem") } },
          (error, out) => (error === null ? resolve(out) : reject(error)),
        ),
      );
    });
    return expect(child).resolves.toBe("ok");
  });

  it("for another name, or an error of another kind, gets other advice, or none", async () => {
    const other = Object.assign(new Error("x"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    expect(tlsAdvice(new Error("fetch failed", { cause: other }))).toContain("another name");
    expect(tlsAdvice(Object.assign(new Error("x"), { code: "CERT_HAS_EXPIRED" }))).toContain("renew it");
    expect(tlsAdvice(Object.assign(new Error("x"), { code: "ECONNREFUSED" }))).toBeUndefined();
    expect(tlsAdvice("x")).toBeUndefined();
  });
});
