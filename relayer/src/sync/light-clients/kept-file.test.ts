import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Codec, struct, u64 } from "@pdiem/light-client/codec/bcs";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { keptFile } from "./kept-file.js";

interface Thing {
  readonly number: bigint;
}

const codec: Codec<Thing> = struct<Thing>({ number: u64 });
const BRIDGE = new Uint8Array(32).fill(1);

const parent = mkdtempSync(join(tmpdir(), "pdiem-kept-"));
afterAll(() => rmSync(parent, { recursive: true }));

let next = 0;
let folder: string;
beforeEach(() => {
  folder = join(parent, `${next++}`, "state");
});

const write = async (value: Thing = { number: 7n }) => {
  const file = keptFile(folder, "thing", BRIDGE, codec);
  await file.write(value);
  return file;
};

describe("a file of the operator's own state", () => {
  it("gives back what was written last, to this user alone", async () => {
    expect(keptFile(folder, "thing", BRIDGE, codec).read()).toEqual({ type: "nothing" });
    const file = await write({ number: 6n });
    await file.write({ number: 7n });
    expect(keptFile(folder, "thing", BRIDGE, codec).read()).toEqual({ type: "value", value: { number: 7n } });
    expect([statSync(file.path).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it("is of no use with any of its bytes changed, added or missing", async () => {
    const { path, read } = await write();
    const good = readFileSync(path);
    const changed = [...good.keys()].map((at) => good.map((byte, i) => (i === at ? byte ^ 1 : byte)));
    const damaged = [
      ...changed,
      good.subarray(0, -1),
      Buffer.concat([good, good]),
      Buffer.alloc(0),
      good.subarray(0, 9),
    ];
    for (const bytes of damaged) {
      writeFileSync(path, bytes);
      expect(read()).toEqual({ type: "unusable", reason: "it is damaged" });
    }
  });

  it("is of no use to another bridge, under another name or in another form", async () => {
    const { path } = await write();
    const sibling = Uint8Array.from(BRIDGE, (byte, i) => (i === 31 ? 2 : byte));
    expect(keptFile(folder, "thing", sibling, codec).read()).toEqual({
      type: "unusable",
      reason: "it is another bridge's",
    });
    const other = keptFile(folder, "other", BRIDGE, codec);
    writeFileSync(other.path, readFileSync(path), { mode: 0o600 });
    expect(other.read()).toEqual({ type: "unusable", reason: "it is damaged" });
    const longer = struct<{ readonly a: bigint; readonly b: bigint }>({ a: u64, b: u64 });
    expect(keptFile(folder, "thing", BRIDGE, longer).read()).toEqual({
      type: "unusable",
      reason: "another version wrote it",
    });
  });

  it.skipIf(process.getuid === undefined)("is of no use where others could have written it", async () => {
    const { path, read, write: again } = await write();
    for (const mode of [0o620, 0o602]) {
      chmodSync(path, mode);
      expect(read()).toEqual({ type: "unusable", reason: "others may write it" });
    }
    await again({ number: 8n });
    expect(read()).toEqual({ type: "value", value: { number: 8n } });
  });
});
