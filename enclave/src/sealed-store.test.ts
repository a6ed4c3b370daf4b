import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { heads as headsCodec } from "@pdiem/bridge/facts/light-client-state";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { concat } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { initialKept } from "./kept.js";
import { seal } from "./sealed-box.js";
import { createSealedStore, type Sealed, type SealedStore } from "./sealed-store.js";
import { simulatedTee } from "./tee/simulated.js";

const bridgeId = new Uint8Array(32).fill(1);
const otherBridge = new Uint8Array(32).fill(2);
const kept = initialKept(exampleConfig);
const { heads } = kept;
const newerHeads = { ...heads, relay: { ...heads.relay, finalized: { number: 8, hash: new Uint8Array(32).fill(9) } } };

let folder = "";
let path = "";
let content: Sealed = { seed: new Uint8Array(32), ...kept };
const storeOn = (machine: string): SealedStore => createSealedStore(simulatedTee(join(folder, machine)), path);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pdiem-sealed-"));
  path = join(folder, "data", "sealed");
  content = { seed: new Uint8Array(randomBytes(32)), ...kept };
});
afterEach(() => rm(folder, { recursive: true }));

const refusal = (code: string): object => expect.objectContaining({ name: "SealedStoreError", code });

describe("sealed store", () => {
  it("gives back what was sealed, and undefined where nothing was", async () => {
    expect(await storeOn("a").load(bridgeId)).toBeUndefined();
    await storeOn("a").create(bridgeId, content);
    const loaded = await storeOn("a").load(bridgeId);
    expect(loaded?.seed).toEqual(content.seed);
    expect(loaded?.kept).toEqual(kept);
    expect((await readFile(path)).includes(Buffer.from(content.seed))).toBe(false);
  });

  it("gives back what its light clients went through, and the checkpoint", async () => {
    const left = { hash: new Uint8Array(32).fill(6), leftAt: 7n };
    const recentSets = { time: 8n, diem: [left], relay: [{ ...left, leftAt: undefined }] };
    const checkpoint: SignedCheckpoint = {
      checkpoint: {
        diem: { epoch: 1n, hash: left.hash },
        relay: { setId: 2n, hash: left.hash },
        time: 3n,
        nonce: left.hash,
      },
      succession: [],
      signatures: [{ guardian: left.hash, signature: new Uint8Array(64) }],
    };
    await storeOn("a").create(bridgeId, { ...content, recentSets, checkpoint });
    expect((await storeOn("a").load(bridgeId))?.kept).toEqual({ heads, recentSets, checkpoint });
  });

  it.each([
    [
      "of the version before, without a memory",
      () => encode(headsCodec, newerHeads),
      1,
      { ...kept, heads: newerHeads },
    ],
    ["with what this program can't read, without that", () => new Uint8Array(9).fill(0xff), 2, undefined],
    [
      "of the version before with heads that this program can't read, without them",
      () => new Uint8Array(9),
      1,
      undefined,
    ],
  ])("opens a file %s, so that no key is lost", async (_, rest, version, expected) => {
    const sealingKey = await simulatedTee(join(folder, "a")).sealingKey();
    await mkdir(join(folder, "data"));
    await writeFile(path, seal({ sealingKey, bridgeId }, concat(content.seed, rest()), version));
    expect(await storeOn("a").load(bridgeId)).toEqual({ seed: content.seed, kept: expected });
    await storeOn("a").update(bridgeId, { ...content, heads: newerHeads });
    expect(await storeOn("a").load(bridgeId)).toEqual({ seed: content.seed, kept: { ...kept, heads: newerHeads } });
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
    ["a later version", (file: Buffer) => file.fill(3, 12, 13), "sealed/version"],
  ])("refuses a file with %s, and leaves it as it is", async (_, change, code) => {
    await storeOn("a").create(bridgeId, content);
    const changed = change(await readFile(path));
    await writeFile(path, changed);
    await expect(storeOn("a").load(bridgeId)).rejects.toEqual(refusal(code));
    await expect(storeOn("a").update(bridgeId, content)).rejects.toEqual(refusal(code));
    expect((await readFile(path)).equals(changed)).toBe(true);
  });

  it("replaces heads of the same key, and nothing else", async () => {
    const store = storeOn("a");
    await store.create(bridgeId, content);
    await store.update(bridgeId, { ...content, heads: newerHeads });
    expect((await store.load(bridgeId))?.kept?.heads.relay.finalized.number).toBe(8);
    const before = await readFile(path);
    const otherKey = { ...content, seed: new Uint8Array(randomBytes(32)) };
    await expect(store.update(bridgeId, otherKey)).rejects.toEqual(refusal("sealed/other-key"));
    expect(await readFile(path)).toEqual(before);
  });

  it("puts the key back where its file has gone", async () => {
    await storeOn("a").create(bridgeId, content);
    await rm(path);
    await storeOn("a").update(bridgeId, { ...content, heads: newerHeads });
    expect((await storeOn("a").load(bridgeId))?.seed).toEqual(content.seed);
  });

  it("says that the disk refused", async () => {
    await mkdir(path, { recursive: true });
    await expect(storeOn("a").load(bridgeId)).rejects.toEqual(refusal("sealed/storage"));
  });
});
