import { replay } from "@pdiem/bridge-client/journal/journal";
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { toHex } from "@pdiem/light-client/bytes";
import Fastify from "fastify";
import { afterAll, expect, it } from "vitest";
import { journalRoutes } from "../api/journal.js";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { EMPTY_JOURNAL } from "../sync/journal/journal-cache.js";
import { readRecord } from "../sync/journal/journal-record.js";
import { exampleBatches, exampleScope } from "../testing/batches.js";
import { relayedJournal } from "./relayed-journal.js";

const loopback = createLoopback();
afterAll(loopback.close);

/** One more than fit a page. */
const COUNT = 201;
const records = exampleBatches(COUNT).flatMap(({ extrinsic }, i) => {
  const record = readRecord(exampleScope, { block: 5 + i, blockHash: new Uint8Array(32).fill(i), extrinsic });
  return record === undefined ? [] : [record];
});
const anchor = records.at(-1)?.entry.anchor ?? new Uint8Array();

const load = async (base: string) => {
  const told: string[] = [];
  const journal = await relayedJournal(base, exampleScope, (text) => told.push(text)).load();
  return { journal, told };
};

it("a relayer's API tells the whole history, page by page, and up to which block it has read", async () => {
  const history = replay(
    records.map(({ entry }) => entry),
    anchor,
  );
  const current: CurrentLedger = {
    anchor,
    history,
    records: new Map(records.map((record) => [toHex(record.entry.anchor), record])),
  };
  const api = Fastify();
  journalRoutes(api, () => ({ block: 9_000, current }));
  const pages: number[] = [];
  api.addHook("onSend", async (_, __, payload) => {
    pages.push(JSON.parse(String(payload)).records.length);
  });
  try {
    const { journal, told } = await load(await api.listen({ host: "127.0.0.1", port: 0 }));
    expect(journal.scanned).toBe(9_000);
    expect(journal.records).toEqual(records);
    expect(told).toEqual([]);
    expect(pages).toEqual([200, 1]);
  } finally {
    await api.close();
  }
});

it.each<[string, (from: string | null) => unknown, string]>([
  [
    "batches of another issuer",
    () => ({ block: 9, records: [{ block: 1, blockHash: "00".repeat(32), extrinsic: "0400" }] }),
    "other batches",
  ],
  ["things in another form", () => ({ block: 9, records: [{ block: -1 }] }), "expected another answer"],
])("a relayer that tells of %s isn't believed, and told of", async (_, answer, reason) => {
  const base = await loopback.serve((request, response) => {
    const from = new URL(request.url ?? "/", "http://relayer").searchParams.get("from");
    response.writeHead(200).end(JSON.stringify(answer(from)));
  });
  const { journal, told } = await load(base);
  expect(journal).toEqual(EMPTY_JOURNAL);
  expect(told).toEqual([expect.stringContaining(reason)]);
});

it("a relayer that would tell for ever is listened to as long as its pages lead on", async () => {
  let asked = 0;
  const base = await loopback.serve((_, response) => {
    asked += 1;
    response.writeHead(200).end(JSON.stringify({ block: 9, records: [], next: asked }));
  });
  expect((await load(base)).journal.records).toEqual([]);
  expect(asked).toBe(1);
});

it("where no relayer answers, the blocks are read, and that is said", async () => {
  const { journal, told } = await load("http://127.0.0.1:1");
  expect(journal).toEqual(EMPTY_JOURNAL);
  expect(told).toEqual([expect.stringContaining("reading the parachain's blocks")]);
});
