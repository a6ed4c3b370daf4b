import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tdxQuote } from "../testing/evidence-bytes.js";
import { answer, type DstackMethod, EVENT_LOG, type FakeDstack, KEY, startFakeDstack } from "../testing/fake-dstack.js";
import { openDstack } from "./dstack.js";
import { dstackSocket } from "./dstack-socket.js";
import type { Tee } from "./tee.js";

const CHOSEN = new Uint8Array(32).fill(0xab);
const FIELD = new Uint8Array(64).fill(0xab, 0, 32);
const TIMEOUT = 10_000;

let folder = "";
let socket = "";
const agents: FakeDstack[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-dstack-"));
  socket = join(folder, "dstack.sock");
});
afterEach(async () => {
  await Promise.all(agents.splice(0).map(({ stop }) => stop()));
  await rm(folder, { recursive: true });
});

/** @param patience ms to wait for the methods that are changed */
const openWith = async (changed: Readonly<Record<string, DstackMethod>> = {}, patience = TIMEOUT): Promise<Tee> => {
  agents.push(await startFakeDstack(socket, changed));
  const [ask, askBriefly] = [dstackSocket(socket, TIMEOUT), dstackSocket(socket, patience)];
  return openDstack((method, params) => (method in changed ? askBriefly : ask)(method, params));
};

describe("a TDX guest under dstack", () => {
  it("shows a TDX quote over the 32 bytes and zeros, with the event log", async () => {
    const tee = await openWith();
    expect(tee.kind).toBe("tdx");
    expect(await tee.evidence(CHOSEN)).toEqual({ bytes: tdxQuote(FIELD), supplement: utf8(EVENT_LOG) });
  });

  it("seals under the app's key of a path of its own, and leaves no connection open", async () => {
    const tee = await openWith();
    expect(await tee.sealingKey()).toEqual(KEY);
    await expect.poll(() => agents[0]?.connections()).toBe(0);
  });

  it.each(["kms", "local-sgx"])("has its keys from %s", async (name) => {
    const key_provider_info = JSON.stringify({ name, id: "" });
    expect(await openWith({ Info: answer({ key_provider_info }) })).toMatchObject({ kind: "tdx" });
  });

  it.each(['{"name":"none","id":""}', '{"name":"tpm","id":""}', "", "{}", "null", "[", '{"name":["kms"]}'])(
    "is refused if its keys are from %j",
    async (key_provider_info) => {
      await expect(openWith({ Info: answer({ key_provider_info }) })).rejects.toMatchObject({
        code: "tee/key-provider",
      });
    },
  );
});

describe("a wrong answer", () => {
  it.each<[string, DstackMethod, string]>([
    [
      "a quote over other report data",
      answer({ quote: toHex(tdxQuote(new Uint8Array(64))), event_log: "" }),
      "tee/report-data",
    ],
    ["no quote", answer({ event_log: "" }), "tee/answer"],
    ["a quote that is no text", answer({ quote: [1], event_log: "" }), "tee/answer"],
    ["a quote with half a byte", answer({ quote: `${toHex(tdxQuote(FIELD))}0`, event_log: "" }), "tee/answer"],
    ["a short quote", answer({ quote: toHex(tdxQuote(FIELD).slice(0, 631)), event_log: "" }), "tee/evidence-form"],
    ["no event log", answer({ quote: toHex(tdxQuote(FIELD)) }), "tee/answer"],
    ["an error", answer({ error: "no quoting service" }, 500), "tee/answer"],
    ["a list", answer([]), "tee/answer"],
    ["nothing", (_, response) => response.end(), "tee/answer"],
    ["text that isn't JSON", (_, response) => response.end('{"quote":"'), "tee/answer"],
    ["deep JSON", (_, response) => response.end("[".repeat(1_000_000)), "tee/answer"],
    ["more than it may", (_, response) => response.end(`"${"0".repeat(4 * 1024 * 1024)}"`), "tee/too-large"],
    [
      "half of what it announces",
      (_, response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write('{"quote":', () => response.destroy());
      },
      "tee/failed",
    ],
    ["no answer", (_, response) => response.destroy(), "tee/failed"],
  ])("to GetQuote is refused: %s", async (_, method, code) => {
    const tee = await openWith({ GetQuote: method });
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ name: "TeeError", code });
  });

  it.each([
    ["short", toHex(KEY.slice(1)), "tee/sealing-key"],
    ["long", `${toHex(KEY)}00`, "tee/sealing-key"],
    ["zero", "00".repeat(32), "tee/sealing-key"],
    ["not hex", `${toHex(KEY.slice(1))}zz`, "tee/answer"],
  ])("to GetKey is refused and not told: %s", async (_, key, code) => {
    const tee = await openWith({ GetKey: answer({ key, signature_chain: [] }) });
    const refusal: unknown = await tee.sealingKey().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "TeeError", code });
    expect(String(refusal)).not.toContain(key.slice(0, 16));
    expect(refusal).not.toHaveProperty("cause");
  });
});

describe("a daemon that isn't well", () => {
  it.each<[string, DstackMethod]>([
    ["doesn't answer", () => undefined],
    ["stops in the middle of an answer", (_, response) => void response.write('{"quote":"')],
    [
      "sends a byte at a time for ever",
      (_, response) => {
        const timer = setInterval(() => response.write(" "), 10);
        response.on("close", () => clearInterval(timer));
      },
    ],
  ])("is given up in time: %s", async (_, method) => {
    const tee = await openWith({ GetQuote: method }, 300);
    await expect(tee.evidence(CHOSEN)).rejects.toMatchObject({ code: "tee/timeout", retry: "backoff" });
    await expect.poll(() => agents[0]?.connections()).toBe(0);
  });

  it("is refused if it speaks no HTTP", async () => {
    const server = createServer((connection) =>
      connection
        .resume()
        .on("error", () => undefined)
        .end("SSH-2.0\r\n"),
    );
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    await expect(openDstack(dstackSocket(socket, TIMEOUT))).rejects.toMatchObject({
      name: "TeeError",
      code: "tee/failed",
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it("is refused at once if there is none", async () => {
    const open = () => openDstack(dstackSocket(socket, TIMEOUT));
    await expect(open()).rejects.toMatchObject({ name: "TeeError", code: "tee/missing" });
    await writeFile(socket, "");
    await expect(open()).rejects.toMatchObject({ name: "TeeError", code: "tee/missing" });
  });
});
