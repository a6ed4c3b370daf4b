import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { dirname, join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CONTENT_TYPE, type ResponseOf, routes } from "./routes.js";
import { seal } from "./sealing/sealed-box.js";
import { createSealedStore } from "./sealing/sealed-store.js";
import { simulatedTee } from "./tee/simulated.js";
import { activation, ask, askFor, CHALLENGE, createMachine, type Machine, sendBytes } from "./testing/machine.js";

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

const refusal = (status: number, code: string): object => ({ status, error: expect.objectContaining({ code }) });
const otherConfig = { ...exampleConfig, maxSkew: exampleConfig.maxSkew + 1n };
const lightClientsOf = ({ holder }: ResponseOf<"activate">) => holder.lightClients;

describe("activation", () => {
  it("makes a key, and evidence that binds it to bridge, hand-over key and challenge", async () => {
    const { holder, attestation } = await askFor(await machine.start(), "activate", activation());
    expect(holder).toMatchObject({
      bridgeId: bridgeId(exampleConfig),
      measurement: { tee: "simulated" },
      lightClients: {
        diem: { epoch: undefined, version: 0n },
        relay: { setId: 3n, number: 7, hash: new Uint8Array(32).fill(4) },
      },
      checkpoints: { checkpoint: undefined, changes: [] },
      receipt: undefined,
    });
    const reportData = holderReportData({ ...holder, challenge: CHALLENGE });
    expect(attestation).toMatchObject({ tee: "simulated", reportData });
    expect(JSON.parse(Buffer.from(attestation.evidence).toString("utf8"))).toMatchObject({
      tee: "simulated",
      measurement: toHex(holder.measurement.value),
      reportData: toHex(reportData) + "00".repeat(32),
    });
  });

  it("is what status tells from then on", async () => {
    const enclave = await machine.start();
    const empty = { tee: "simulated", isLasting: true, role: { type: "empty", value: undefined } };
    expect(await askFor(enclave, "status", undefined)).toEqual(empty);
    const { holder } = await askFor(enclave, "activate", activation());
    expect(await askFor(enclave, "status", undefined)).toEqual({ ...empty, role: { type: "holder", value: holder } });
  });

  it("keeps the keys over repeats and restarts: that of hand-overs, too", async () => {
    const first = await machine.start();
    const made = await askFor(first, "activate", activation());
    expect(await askFor(first, "activate", activation())).toEqual(made);
    await first.stop();
    expect(await askFor(await machine.start(), "activate", activation())).toEqual(made);
  });

  it("keeps the key, and begins anew, where the rest of the file can't be read by this program", async () => {
    const sealingKey = await simulatedTee(join(dirname(machine.sealed), "machine")).sealingKey();
    const seed = new Uint8Array(32).fill(7);
    const plain = concat(Uint8Array.of(0), seed, Uint8Array.of(9), new Uint8Array(9).fill(0xff));
    const box = seal({ sealingKey, bridgeId: bridgeId(exampleConfig) }, plain);
    await writeFile(machine.sealed, box);
    const activated = await askFor(await machine.start(), "activate", activation());
    expect(activated.holder.custodyKey).toEqual(publicKeyOf(seed));
    expect(lightClientsOf(activated).relay.number).toBe(7);
    expect(machine.lines.some((line) => line.includes("light-clients-forgotten"))).toBe(true);
    expect((await readFile(machine.sealed)).equals(box)).toBe(true);
  });

  it("makes one key however many ask at once", async () => {
    const enclave = await machine.start();
    const replies = await Promise.all(Array.from({ length: 10 }, () => askFor(enclave, "activate", activation())));
    expect(new Set(replies.map(({ holder }) => toHex(holder.custodyKey))).size).toBe(1);
  });

  it("opens under no other configuration, and leaves the sealed file alone", async () => {
    const first = await machine.start();
    await askFor(first, "activate", activation());
    const before = await readFile(machine.sealed);
    expect(await ask(first, "activate", activation(otherConfig))).toEqual(refusal(409, "sealed/other-configuration"));
    await first.stop();
    const second = await machine.start();
    expect(await ask(second, "activate", activation(otherConfig))).toEqual(refusal(409, "sealed/other-configuration"));
    expect((await readFile(machine.sealed)).equals(before)).toBe(true);
    expect(await ask(second, "activate", activation())).toMatchObject({ status: 200 });
  });

  it("says what is wrong with a damaged file, makes no key in its place, and opens once it is put back", async () => {
    const first = await machine.start();
    const made = await askFor(first, "activate", activation());
    await first.stop();
    const whole = await readFile(machine.sealed);
    const damaged = whole.map((byte, i) => (i === whole.length - 1 ? byte ^ 1 : byte));
    await writeFile(machine.sealed, damaged);
    const second = await machine.start();
    expect(await ask(second, "activate", activation())).toEqual(refusal(500, "sealed/damaged"));
    expect((await readFile(machine.sealed)).equals(damaged)).toBe(true);
    await writeFile(machine.sealed, whole);
    expect((await askFor(second, "activate", activation())).holder.custodyKey).toEqual(made.holder.custodyKey);
  });

  it.each([
    ["no bytes", new Uint8Array()],
    ["a byte less", encode(routes.activate.request, activation()).subarray(0, -1)],
    ["a byte more", concat(encode(routes.activate.request, activation()), Uint8Array.of(0))],
  ])("refuses %s and makes no key", async (_, bytes) => {
    const enclave = await machine.start();
    expect(await sendBytes(enclave, "activate", bytes)).toMatchObject({ status: 400 });
    await expect(readFile(machine.sealed)).rejects.toThrow();
  });

  it("PROTOCOL 5: refuses a configuration that isn't allowed, and makes no key", async () => {
    const enclave = await machine.start();
    const config = { ...exampleConfig, batchInterval: 0n };
    expect(await ask(enclave, "activate", activation(config))).toEqual(refusal(409, "refused/config-batch-interval"));
    await expect(readFile(machine.sealed)).rejects.toThrow();
  });

  it("is needed before anything else", async () => {
    const enclave = await machine.start();
    expect(await ask(enclave, "reset", undefined)).toEqual(refusal(409, "refused/inactive"));
    expect(await ask(enclave, "handoverChallenge", undefined)).toEqual(refusal(409, "refused/inactive"));
    const nonce = { transcript: CHALLENGE };
    expect(await ask(enclave, "handoverNonce", nonce)).toEqual(refusal(409, "refused/inactive"));
  });
});

describe("waiting for a key", () => {
  const custodyKey = publicKeyOf(new Uint8Array(32).fill(1));
  const invitation = { config: exampleConfig, custodyKey, share: undefined, challenge: CHALLENGE };

  it("goes on after a restart with the same end of hand-overs, whose challenges stay its own", async () => {
    const first = await machine.start();
    const { receiver } = await askFor(first, "handoverReceive", invitation);
    expect(receiver).toMatchObject({ bridgeId: bridgeId(exampleConfig), custodyKey });
    await first.stop();
    const second = await machine.start();
    expect((await askFor(second, "handoverReceive", invitation)).receiver).toEqual(receiver);
    expect(await askFor(second, "status", undefined)).toMatchObject({ role: { type: "receiver", value: receiver } });
  });

  it("makes no key meanwhile, nor after a restart, and waits for no other one", async () => {
    const first = await machine.start();
    await askFor(first, "handoverReceive", invitation);
    const other = { ...invitation, custodyKey: publicKeyOf(new Uint8Array(32).fill(2)) };
    for (const enclave of [first, await machine.start()]) {
      expect(await ask(enclave, "activate", activation())).toEqual(refusal(409, "refused/receiving"));
      expect(await ask(enclave, "handoverReceive", other)).toEqual(refusal(409, "refused/receiving"));
    }
    const elsewhere = { ...invitation, config: otherConfig };
    expect(await ask(first, "handoverReceive", elsewhere)).toEqual(refusal(409, "sealed/other-configuration"));
  });

  it("begins in no folder that has a key, and with no enclave that holds one", async () => {
    const holder = await machine.start();
    await askFor(holder, "activate", activation());
    expect(await ask(holder, "handoverReceive", invitation)).toEqual(refusal(409, "refused/active"));
    expect(await ask(await machine.start(), "handoverReceive", invitation)).toEqual(refusal(500, "sealed/exists"));
  });
});

it("shows its secrets in no answer, log line or file", async () => {
  const enclave = await machine.start();
  const reply = await askFor(enclave, "activate", activation());
  await enclave.stop();
  const store = createSealedStore(simulatedTee(join(dirname(machine.sealed), "machine")), machine.sealed);
  const sealed = await store.load(bridgeId(exampleConfig));
  if (sealed?.role !== "holder" || sealed.rest === undefined) throw new Error("expected a key");
  const file = (await readFile(machine.sealed)).toString("hex");
  const answer = toHex(encode(routes.activate.response, reply));
  for (const secret of [sealed.seed, sealed.rest.end.key, sealed.rest.end.challenges])
    for (const text of [answer, machine.lines.join(""), file]) expect(text).not.toContain(toHex(secret));
});

it("answers what is under way before it stops, and nothing afterwards", async () => {
  const enclave = await machine.start();
  const body = encode(routes.activate.request, activation());
  const headers = { "content-type": CONTENT_TYPE, "content-length": body.length };
  const client = request(`${enclave.url}${routes.activate.path}`, { method: "POST", headers });
  client.write(body.subarray(0, 10));
  await once(client, "socket");
  await expect.poll(() => client.socket?.bytesWritten).toBeGreaterThan(10);
  await askFor(enclave, "status", undefined);
  const stopped = enclave.stop();
  client.end(body.subarray(10));
  const [response] = (await once(client, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  expect(response.headers.connection).toBe("close");
  response.resume();
  await stopped;
  await expect(askFor(enclave, "status", undefined)).rejects.toThrow();
});
