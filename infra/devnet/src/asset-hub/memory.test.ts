import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { startAssetHub } from "./asset-hub.js";
import { devEndowments } from "./dev-accounts.js";

const MEGABYTE = 1024 * 1024;
const BLOCKS = 30;

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

const heapUsed = (): number => {
  if (typeof collectGarbage === "function") collectGarbage();
  return process.memoryUsage().heapUsed;
};

it("grows by what a block holds, not by its state", async () => {
  const hub = await startAssetHub({ endowed: devEndowments(), automatic: false, retainedStates: 8 });
  const produce = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await hub.produceBlock();
  };
  await produce(BLOCKS);
  const before = heapUsed();
  await produce(BLOCKS);
  const grown = (heapUsed() - before) / BLOCKS;
  await hub.close();
  expect(hub.head().header.number).toBe(2 * BLOCKS);
  expect(grown).toBeLessThan(MEGABYTE / 50);
});
