import { toHex } from "@pdiem/light-client/bytes";
import { expect, it } from "vitest";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { readRecord } from "../sync/journal/journal-record.js";
import { exampleBatches, exampleCurrent, exampleEntry, exampleScope } from "../testing/batches.js";
import { exampleView } from "../testing/view.js";
import { type JournalPage, journalPage, PAGE_RECORDS } from "../views/journal-page.js";
import { journalRoutes } from "./journal.js";
import { bareApi } from "./testing/bare-api.js";

const records = exampleBatches(PAGE_RECORDS + 1).flatMap(({ extrinsic }, i) => {
  const record = readRecord(exampleScope, { block: 5 + i, blockHash: new Uint8Array(32).fill(i) }, extrinsic);
  return record === undefined ? [] : [record];
});
const { history } = exampleCurrent([exampleEntry()]);
const current: CurrentLedger = {
  anchor: records.at(-1)?.batch.anchor ?? new Uint8Array(),
  history: { ...history, batches: records.map(({ batch }) => batch) },
  records: new Map(records.map((record) => [toHex(record.batch.anchor), record])),
};

const ask = async (path: string): Promise<JournalPage> => {
  const app = bareApi();
  journalRoutes(app, () => ({ follower: { view: () => exampleView(current) } }));
  const answer = await app.inject(path);
  await app.close();
  return journalPage.parse(answer.json());
};

it("the journal is served as extrinsics, page by page, up to the block that was proven", async () => {
  const first = await ask("/api/v1/journal");
  expect(first).toMatchObject({ block: 900, next: PAGE_RECORDS });
  expect(first.records[0]?.extrinsic).toBe(toHex(records[0]?.batch.extrinsic ?? new Uint8Array()));
  const second = await ask(`/api/v1/journal?from=${PAGE_RECORDS}`);
  expect(second.records).toHaveLength(1);
  expect(second.next).toBeUndefined();
  expect((await ask("/api/v1/journal?from=9999")).records).toEqual([]);
});
