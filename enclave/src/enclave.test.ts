import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { dirname, join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { concat, fromHex, toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seal } from "./sealed-box.js";
import { createSealedStore } from "./sealed-store.js";
import { simulatedTee } from "./tee/simulated.js";
import { activation, CHALLENGE, createMachine, get, type Machine, post } from "./testing/machine.js";

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

const refusal = (status: number, code: string): object => ({ status, body: expect.objectContaining({ code }) });
const bytesOf = (value: unknown): Uint8Array => fromHex(String(value));

describe("activation", () => {
  it("makes a key, and evidence that binds it to bridge, hand-over key and challenge", async () => {
    const enclave = await machine.start();
    const { status, body } = await post(enclave, "/v1/activate", activation());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      tee: "simulated",
      bridgeId: `0x${toHex(bridgeId(exampleConfig))}`,
      heads: { diem: { version: "0" }, relay: { setId: "3", number: 7, hash: `0x${"04".repeat(32)}` } },
    });
    const subject = { bridgeId: bridgeId(exampleConfig), custodyKey: bytesOf(body.custodyKey) };
    const keys = { handoverKey: bytesOf(body.handoverKey), challenge: bytesOf(CHALLENGE) };
    const reportData = toHex(holderReportData({ ...subject, ...keys }));
    expect(body.reportData).toBe(`0x${reportData}`);
    expect(JSON.parse(Buffer.from(bytesOf(body.evidence)).toString("utf8"))).toMatchObject({
      tee: "simulated",
      reportData: reportData + "00".repeat(32),
    });
  });

  it("is what status tells from then on", async () => {
    const enclave = await machine.start();
    expect(await get(enclave, "/v1/status")).toEqual({ status: 200, body: { tee: "simulated" } });
    const { body } = await post(enclave, "/v1/activate", activation());
    const { bridgeId, custodyKey, handoverKey, heads } = body;
    expect((await get(enclave, "/v1/status")).body).toEqual({
      tee: "simulated",
      active: { bridgeId, custodyKey, handoverKey, heads },
    });
  });

  it("keeps the key over repeats and restarts, and draws a new hand-over key with each process", async () => {
    const first = await machine.start();
    const made = await post(first, "/v1/activate", activation());
    const again = await post(first, "/v1/activate", activation());
    expect(again).toEqual(made);
    await first.stop();
    const restarted = await post(await machine.start(), "/v1/activate", activation());
    expect(restarted.body.custodyKey).toBe(made.body.custodyKey);
    expect(restarted.body.handoverKey).not.toBe(made.body.handoverKey);
  });

  it("keeps the key, and begins anew, where the rest of the file can't be read by this program", async () => {
    const sealingKey = await simulatedTee(join(dirname(machine.sealed), "machine")).sealingKey();
    const seed = new Uint8Array(32).fill(7);
    const box = seal({ sealingKey, bridgeId: bridgeId(exampleConfig) }, concat(seed, new Uint8Array(9).fill(0xff)));
    await writeFile(machine.sealed, box);
    const { status, body } = await post(await machine.start(), "/v1/activate", activation());
    expect(status).toBe(200);
    expect(body).toMatchObject({ custodyKey: `0x${toHex(publicKeyOf(seed))}`, heads: { relay: { number: 7 } } });
    expect(machine.lines.some((line) => line.includes("heads-forgotten"))).toBe(true);
    expect((await readFile(machine.sealed)).equals(box)).toBe(true);
  });

  it("makes one key however many ask at once", async () => {
    const enclave = await machine.start();
    const replies = await Promise.all(Array.from({ length: 10 }, () => post(enclave, "/v1/activate", activation())));
    expect(new Set(replies.map(({ body }) => body.custodyKey)).size).toBe(1);
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
  });

  it("opens under no other configuration, and leaves the sealed file alone", async () => {
    const other = activation(formatBridgeConfig({ ...exampleConfig, maxSkew: exampleConfig.maxSkew + 1n }));
    const first = await machine.start();
    await post(first, "/v1/activate", activation());
    const before = await readFile(machine.sealed);
    expect(await post(first, "/v1/activate", other)).toEqual(refusal(409, "sealed/other-configuration"));
    await first.stop();
    const second = await machine.start();
    expect(await post(second, "/v1/activate", other)).toEqual(refusal(409, "sealed/other-configuration"));
    expect((await readFile(machine.sealed)).equals(before)).toBe(true);
    expect(await post(second, "/v1/activate", activation())).toMatchObject({ status: 200 });
  });

  it("says what is wrong with a damaged file, makes no key in its place, and opens once it is put back", async () => {
    const first = await machine.start();
    const made = await post(first, "/v1/activate", activation());
    await first.stop();
    const whole = await readFile(machine.sealed);
    const damaged = Buffer.from(whole).fill(0, whole.length - 1);
    await writeFile(machine.sealed, damaged);
    const second = await machine.start();
    expect(await post(second, "/v1/activate", activation())).toEqual(refusal(500, "sealed/damaged"));
    expect((await readFile(machine.sealed)).equals(damaged)).toBe(true);
    await writeFile(machine.sealed, whole);
    expect((await post(second, "/v1/activate", activation())).body.custodyKey).toBe(made.body.custodyKey);
  });

  it.each([
    ["no configuration", { challenge: CHALLENGE }, "decode/json"],
    ["a short challenge", { config: formatBridgeConfig(exampleConfig), challenge: "0x11" }, "decode/json"],
    ["a field more", { config: formatBridgeConfig(exampleConfig), challenge: CHALLENGE, key: "0x" }, "decode/json"],
    ["an array", [], "decode/json"],
    ["null", null, "decode/json"],
  ])("refuses %s and makes no key", async (_, body, code) => {
    const enclave = await machine.start();
    expect(await post(enclave, "/v1/activate", body)).toEqual(refusal(400, code));
    await expect(readFile(machine.sealed)).rejects.toThrow();
  });

  it("refuses a configuration that the protocol doesn't allow, and makes no key", async () => {
    const enclave = await machine.start();
    const config = formatBridgeConfig({ ...exampleConfig, batchInterval: 0n });
    expect(await post(enclave, "/v1/activate", activation(config))).toEqual(
      refusal(409, "refused/config-batch-interval"),
    );
    await expect(readFile(machine.sealed)).rejects.toThrow();
  });

  it("is needed before anything else", async () => {
    const enclave = await machine.start();
    const handover = ["challenge", "nonce", "release", "receipt"].map((step) => `handover/${step}`);
    for (const verb of ["advance", "genesis", "settle", "decide", "payout", ...handover])
      expect(await post(enclave, `/v1/${verb}`, {})).toEqual(refusal(409, "refused/inactive"));
  });
});

it("shows its secret key in no answer, log line or file", async () => {
  const enclave = await machine.start();
  const reply = await post(enclave, "/v1/activate", activation());
  await enclave.stop();
  const store = createSealedStore(simulatedTee(join(dirname(machine.sealed), "machine")), machine.sealed);
  const sealed = await store.load(bridgeId(exampleConfig));
  const seed = toHex(sealed?.seed ?? new Uint8Array(0));
  expect(seed).toHaveLength(64);
  const file = (await readFile(machine.sealed)).toString("hex");
  for (const text of [JSON.stringify(reply), machine.lines.join(""), file]) expect(text).not.toContain(seed);
});

it("answers what is under way before it stops, and nothing afterwards", async () => {
  const enclave = await machine.start();
  const body = JSON.stringify(activation());
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const client = request(`${enclave.url}/v1/activate`, { method: "POST", headers });
  client.write(body.slice(0, 10));
  await once(client, "socket");
  await expect.poll(() => client.socket?.bytesWritten).toBeGreaterThan(10);
  await get(enclave, "/v1/status");
  const stopped = enclave.stop();
  client.end(body.slice(10));
  const [response] = (await once(client, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  expect(response.headers.connection).toBe("close");
  response.resume();
  await stopped;
  await expect(get(enclave, "/v1/status")).rejects.toThrow();
});
