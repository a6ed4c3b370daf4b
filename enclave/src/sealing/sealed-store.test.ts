import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { concat } from "@pdiem/light-client/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { initialKept, type Kept } from "../state/kept.js";
import { simulatedTee } from "../tee/simulated.js";
import { seal } from "./sealed-box.js";
import type { Sealed } from "./sealed-content.js";
import { createSealedStore, type SealedStore } from "./sealed-store.js";

const filled = (value: number): Uint8Array => new Uint8Array(32).fill(value);
const bridgeId = filled(1);
const otherBridge = filled(2);
const kept = initialKept(exampleConfig);
const { lightClients } = kept;
const newer: Kept = {
  ...kept,
  lightClients: { ...lightClients, relay: { ...lightClients.relay, finalized: { number: 8, hash: filled(9) } } },
};
const end = { key: filled(3), challenges: filled(4) };
const receiver: Sealed = { role: "receiver", custodyKey: filled(5), rest: { end, kept } };

let folder = "";
let path = "";
let content: Extract<Sealed, { role: "holder" }> = { role: "holder", seed: filled(0), rest: { end, kept } };
const storeOn = (machine: string): SealedStore => createSealedStore(simulatedTee(join(folder, machine)), path);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-sealed-"));
  path = join(folder, "data", "sealed");
  content = { ...content, seed: new Uint8Array(randomBytes(32)) };
});
afterEach(() => rm(folder, { recursive: true }));

const refusal = (code: string): object => expect.objectContaining({ name: "SealedStoreError", code });

describe("sealed store", () => {
  it("gives back what was sealed, and undefined where nothing was", async () => {
    expect(await storeOn("a").load(bridgeId)).toBeUndefined();
    await storeOn("a").create(bridgeId, content);
    const loaded = await storeOn("a").load(bridgeId);
    expect(loaded).toEqual(content);
    expect((await readFile(path)).includes(Buffer.from(content.seed))).toBe(false);
  });

  it("gives back what its light clients went through, and the checkpoints", async () => {
    const left = { hash: filled(6), leftAt: 7n };
    const signed = {
      checkpoint: {
        diem: { epoch: 1n, hash: left.hash },
        relay: { setId: 2n, hash: left.hash },
        time: 3n,
        nonces: left.hash,
        specVersions: [900],
        signers: [{ keys: [left.hash], threshold: 1 }],
      },
      signatures: [{ guardian: left.hash, signature: new Uint8Array(64) }],
    };
    const whole: Kept = {
      ...newer,
      setHistory: { time: 8n, diem: [left], relay: [{ ...left, leftAt: undefined }] },
      checkpoints: { checkpoint: signed, changes: [signed] },
      receipt: left.hash,
    };
    await storeOn("a").create(bridgeId, { ...content, rest: { end, kept: whole } });
    expect(await storeOn("a").load(bridgeId)).toEqual({ ...content, rest: { end, kept: whole } });
  });

  it("opens a file with what this program can't read, without that, so that no key is lost", async () => {
    const sealingKey = await simulatedTee(join(folder, "a")).sealingKey();
    await mkdir(join(folder, "data"));
    const plain = concat(Uint8Array.of(0), content.seed, Uint8Array.of(9), new Uint8Array(9).fill(0xff));
    await writeFile(path, seal({ sealingKey, bridgeId }, plain));
    expect(await storeOn("a").load(bridgeId)).toEqual({ role: "holder", seed: content.seed, rest: undefined });
    const next: Sealed = { ...content, rest: { end, kept: newer } };
    await storeOn("a").update(bridgeId, next);
    expect(await storeOn("a").load(bridgeId)).toEqual(next);
  });

  it("puts the key that came in place of the wait for it, and nothing in place of a key", async () => {
    const store = storeOn("a");
    await store.create(bridgeId, receiver);
    expect(await store.load(bridgeId)).toEqual(receiver);
    const strangers: Sealed = { ...content, rest: { end: { ...end, key: filled(7) }, kept } };
    await expect(store.update(bridgeId, strangers)).rejects.toEqual(refusal("sealed/other-key"));
    await store.update(bridgeId, content);
    expect(await store.load(bridgeId)).toEqual(content);
    await expect(store.update(bridgeId, receiver)).rejects.toEqual(refusal("sealed/other-key"));
  });

  it("never makes a key over another, not even over a file that doesn't open", async () => {
    await storeOn("a").create(bridgeId, content);
    const before = await readFile(path);
    await expect(storeOn("a").create(bridgeId, content)).rejects.toEqual(refusal("sealed/exists"));
    await expect(storeOn("b").create(otherBridge, content)).rejects.toEqual(refusal("sealed/exists"));
    expect(await readFile(path)).toEqual(before);
  });

  it.each([
    ["on another machine", "b", bridgeId, "sealed/other-machine"],
    ["under another configuration", "a", otherBridge, "sealed/other-configuration"],
  ])("doesn't open %s, nor writes there", async (_, machine, bridge, code) => {
    await storeOn("a").create(bridgeId, content);
    const before = await readFile(path);
    await expect(storeOn(machine).load(bridge)).rejects.toEqual(refusal(code));
    await expect(storeOn(machine).update(bridge, content)).rejects.toEqual(refusal(code));
    expect(await readFile(path)).toEqual(before);
  });

  it.each([
    ["its middle changed", (file: Buffer) => file.fill(0xff, 150, 151), "sealed/damaged"],
    ["its end cut off", (file: Buffer) => file.subarray(0, 200), "sealed/damaged"],
    ["nothing in it", () => Buffer.alloc(0), "sealed/format"],
    ["5 MB of something else in it", () => Buffer.alloc(5_000_000), "sealed/format"],
    ["a later version", (file: Buffer) => file.fill(4, 12, 13), "sealed/version"],
  ])("refuses a file with %s, and leaves it as it is", async (_, change, code) => {
    await storeOn("a").create(bridgeId, content);
    const changed = change(await readFile(path));
    await writeFile(path, changed);
    await expect(storeOn("a").load(bridgeId)).rejects.toEqual(refusal(code));
    await expect(storeOn("a").update(bridgeId, content)).rejects.toEqual(refusal(code));
    expect((await readFile(path)).equals(changed)).toBe(true);
  });

  it("replaces what the same key knows, and nothing else", async () => {
    const store = storeOn("a");
    await store.create(bridgeId, content);
    const next: Sealed = { ...content, rest: { end, kept: newer } };
    await store.update(bridgeId, next);
    expect(await store.load(bridgeId)).toEqual(next);
    const before = await readFile(path);
    const otherKey = { ...content, seed: new Uint8Array(randomBytes(32)) };
    await expect(store.update(bridgeId, otherKey)).rejects.toEqual(refusal("sealed/other-key"));
    expect(await readFile(path)).toEqual(before);
  });

  it("puts the key back where its file has gone", async () => {
    await storeOn("a").create(bridgeId, content);
    await rm(path);
    await storeOn("a").update(bridgeId, content);
    expect(await storeOn("a").load(bridgeId)).toEqual(content);
  });

  it("says that the disk refused", async () => {
    await mkdir(path, { recursive: true });
    await expect(storeOn("a").load(bridgeId)).rejects.toEqual(refusal("sealed/storage"));
  });
});
