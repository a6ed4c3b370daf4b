import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { toHex } from "@pdiem/light-client/bytes";
import { afterAll, describe, expect, it } from "vitest";
import { EMPTY_JOURNAL } from "../sync/journal/journal-cache.js";
import { readRecord, tellRecord } from "../sync/journal/journal-record.js";
import { exampleBatches, exampleScope } from "../testing/batches.js";
import { relayedJournal } from "./relayed-journal.js";

const loopback = createLoopback();
afterAll(loopback.close);

const records = exampleBatches(5).flatMap(({ extrinsic }, i) => {
  const record = readRecord(exampleScope, { block: 5 + i, blockHash: new Uint8Array(32).fill(i) }, extrinsic);
  return record === undefined ? [] : [record];
});

const load = async (base: string) => {
  const told: string[] = [];
  const journal = await relayedJournal(base, exampleScope, (text) => told.push(text)).load();
  return { journal, told };
};

/** Serves answers by the place that is asked from. */
const serve = (answer: (from: number) => unknown): Promise<string> =>
  loopback.serve((request, response) => {
    const from = new URL(request.url ?? "/", "http://relayer").searchParams.get("from");
    response.writeHead(200).end(JSON.stringify(answer(Number(from))));
  });

describe("the journal through a relayer", () => {
  it("is read page by page, and up to the block that the first one names", async () => {
    const base = await serve((from) => ({
      block: 9_000 + from,
      records: records.slice(from, from + 2).map(tellRecord),
      ...(from + 2 < records.length ? { next: from + 2 } : {}),
    }));
    const { journal, told } = await load(base);
    expect(journal.scanned).toBe(9_000);
    expect(journal.records.map(({ batch }) => toHex(batch.anchor))).toEqual(
      records.map(({ batch }) => toHex(batch.anchor)),
    );
    expect(told).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    [
      "batches of another issuer",
      { block: 9, records: [{ block: 1, blockHash: "00".repeat(32), extrinsic: "0400" }] },
      "other batches",
    ],
    ["things in another form", { block: 9, records: [{ block: -1 }] }, "expected another answer"],
  ])("isn't believed where it tells of %s", async (_, answer, reason) => {
    const { journal, told } = await load(await serve(() => answer));
    expect(journal).toEqual(EMPTY_JOURNAL);
    expect(told).toEqual([expect.stringContaining(reason)]);
  });

  it("is listened to only as long as its pages lead on", async () => {
    let asked = 0;
    const base = await serve(() => {
      asked += 1;
      return { block: 9, records: [], next: asked };
    });
    expect((await load(base)).journal.records).toEqual([]);
    expect(asked).toBe(1);
  });

  it("gives way to the blocks where no relayer answers, and says so", async () => {
    const { journal, told } = await load("http://127.0.0.1:1");
    expect(journal).toEqual(EMPTY_JOURNAL);
    expect(told).toEqual([expect.stringContaining("reading the parachain's blocks")]);
  });
});
