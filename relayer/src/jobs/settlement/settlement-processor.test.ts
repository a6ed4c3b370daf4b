import { filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { pino } from "pino";
import { expect, it } from "vitest";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import { exampleCurrent, exampleEntry } from "../../testing/batches.js";
import { exampleView } from "../../testing/view.js";
import type { SettlementData, SignedBatchData } from "../jobs.js";
import { Wait } from "../retry.js";
import { createBatchSize } from "./batch-size.js";
import { type BatchParts, processSettlement } from "./settlement-processor.js";

const MOST = 160;
const current = exampleCurrent([exampleEntry()]);
const view = exampleView(current);

const batchBornAt = (birth: number, count: number): SignedBatchData => ({
  extrinsic: "00",
  hash: toHex(filled(32, 5)),
  birth,
  period: 64,
  specVersion: view.specVersion ?? 0,
  anchor: toHex(filled(32, 6)),
  deposits: Array.from({ length: count }, (_, i) => `${i}`),
  withdrawals: [],
  registrations: 0,
});

/** A job with a batch of so many deposits, and what keeps its successor from being signed. */
const jobOf = (batch: SignedBatchData, hindrance: Error) => {
  const batchSize = createBatchSize(MOST);
  let polls = 0;
  const parts: Partial<BatchParts> = {
    pollSoon: () => void polls++,
    batchSize,
    follower: { view: () => view as BridgeView },
    otherBatches: {
      genesis: () => Promise.reject(hindrance),
      decision: () => Promise.reject(hindrance),
      isDecisionWanted: () => Promise.resolve(false),
    },
    log: pino({ level: "silent" }),
  };
  const job = {
    data: { anchor: toHex(current.anchor), nonce: 0, batch } as SettlementData,
    updateData: async (data: SettlementData) => {
      job.data = data;
    },
    updateProgress: () => Promise.resolve(),
  };
  const process = processSettlement(parts as BatchParts);
  return { job, batchSize, polls: () => polls, run: () => process(job) };
};

it("a batch that expired halves what comes next once, however often that can't be signed", async () => {
  const { job, batchSize, run } = jobOf(batchBornAt(view.block.number - 64, 100), new Wait(100, "the interval"));
  for (let i = 0; i < 5; i++) await expect(run()).rejects.toBeInstanceOf(Wait);
  expect(batchSize.most()).toBe(50);
  expect(job.data).toEqual({ anchor: toHex(current.anchor), nonce: 0 });
});

it("a job for a ledger that this relayer hasn't seen has it poll at once, and is soon another's", async () => {
  const { job, polls, run } = jobOf(batchBornAt(view.block.number, 1), new Error("unused"));
  job.data = { anchor: toHex(filled(32, 7)), nonce: 1_000 };
  const wait: unknown = await run().catch((error: unknown) => error);
  expect(wait).toBeInstanceOf(Wait);
  expect((wait as Wait).delayMs).toBeLessThan(500);
  expect(polls()).toBe(1);
});
