import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import { accountInfo } from "@pdiem/light-client/polkadot/trie/storage-value";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { callNode } from "../../chains/parachain/substrate-rpc.js";
import { exampleBatches, exampleScope } from "../../testing/batches.js";
import { scanJournal } from "./journal-scan.js";

const BATCHES = exampleBatches(3);
/** Where each is: the block's height, by the batch's place. */
const PLACES = [20, 21, 45];
const HEIGHT = 50;
const OTHER_EXTRINSIC = "0x280402000b10449a019101";

/** The blocks, and the states, from which on a node keeps them. */
interface Kept {
  readonly states: number;
  readonly from: number;
}

let kept: Kept;
/** Heights whose bodies, and whose states, were asked for. */
let bodies: number[];
let states: number[];
const loopback = createLoopback();
afterAll(loopback.close);
beforeEach(() => {
  kept = { states: 0, from: 0 };
  bodies = [];
  states = [];
});

const hashOf = (height: number): string => `0x${height.toString(16).padStart(64, "0")}`;
const heightOf = (hash: unknown): number => Number.parseInt(String(hash).slice(2), 16);

const headerAt = (height: number) => ({
  parentHash: hashOf(height - 1),
  number: `0x${height.toString(16)}`,
  stateRoot: hashOf(0),
  extrinsicsRoot: hashOf(0),
  digest: { logs: [] },
});

const blockAt = (height: number) => {
  const batches = BATCHES.filter((_, i) => PLACES[i] === height).map(({ extrinsic }) => `0x${toHex(extrinsic)}`);
  return { block: { header: headerAt(height), extrinsics: [OTHER_EXTRINSIC, ...batches] } };
};

const nonceAfter = (height: number): string => {
  const nonce = PLACES.filter((place) => place <= height).length;
  return `0x${toHex(encode(accountInfo, { nonce, consumers: 0, providers: 1, sufficients: 0, free: 1n, reserved: 0n, frozen: 0n, flags: 0n }))}`;
};

const answer = (method: string, params: readonly unknown[]): unknown => {
  const height = method === "chain_getBlockHash" ? Number(params[0]) : heightOf(params.at(-1));
  const isThere = height >= kept.from && height <= HEIGHT;
  if (method === "chain_getBlockHash") return isThere ? hashOf(height) : null;
  if (method === "chain_getBlock") {
    bodies.push(height);
    return isThere ? blockAt(height) : null;
  }
  return nonceAfter(height);
};

const node = async () => {
  const url = await loopback.serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, params } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (method === "state_getStorage") states.push(heightOf(params.at(-1)));
    const pruned = method === "state_getStorage" && heightOf(params.at(-1)) < kept.states;
    const said = pruned
      ? { error: { code: 4003, message: "State already discarded" } }
      : { result: answer(method, params) };
    response.writeHead(200).end(JSON.stringify({ jsonrpc: "2.0", id: 1, ...said }));
  });
  return callNode(url, { timeoutMs: 20_000, maxResponseBytes: 1_000_000 });
};

const scan = async (after: number) => {
  const call = await node();
  const told: { found: number; upTo: number }[] = [];
  const anchors: string[] = [];
  await scanJournal(call, exampleScope, { after, to: HEIGHT }, async (found, upTo) => {
    told.push({ found: found.length, upTo });
    for (const { block, batch } of found) anchors.push(`${block} ${toHex(batch.anchor)}`);
  });
  return { told, anchors };
};

const ALL = BATCHES.map(({ anchor }, i) => `${PLACES[i]} ${toHex(anchor)}`);

describe("a scan for the bridge's batches", () => {
  it("reads no blocks but those in which the issuer's nonce rises, where their state is there", async () => {
    expect((await scan(0)).anchors).toEqual(ALL);
    expect(bodies).toEqual(PLACES);
  });

  it("reads each block below the first with its state, from the one after the given on, and no block before", async () => {
    kept = { states: 46, from: 15 };
    expect((await scan(18)).anchors).toEqual(ALL);
    expect(bodies.sort((a, b) => a - b)).toEqual(Array.from({ length: 46 - 18 }, (_, i) => 19 + i));
    expect(states).toEqual([18, HEIGHT, 34, 42, 46, 44, 45]);
  });

  it("tells as it goes, in order and of every block, so that what fails needn't begin anew", async () => {
    for (const first of [0, 46]) {
      kept = { states: first, from: 0 };
      const { told } = await scan(0);
      const heights = told.map(({ upTo }) => upTo);
      expect(heights).toEqual([...new Set(heights)].sort((a, b) => a - b));
      expect(heights.at(-1)).toBe(HEIGHT);
      for (const [i, place] of PLACES.entries())
        expect(told.filter(({ upTo }) => upTo <= place).reduce((sum, { found }) => sum + found, 0)).toBe(i + 1);
    }
  });

  it("says what to configure where the blocks from before the bridge are gone", async () => {
    kept = { states: 46, from: 15 };
    await expect(scan(0)).rejects.toThrow(
      expect.objectContaining({ code: "rpc/missing", message: expect.stringContaining("parachain.firstBlock") }),
    );
  });
});
