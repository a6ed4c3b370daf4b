import { expect, it } from "vitest";
import type { TransferView } from "../../views/transfer-view.js";
import { durationsOf } from "./durations.js";

const took = (ms: number, i: number): TransferView => ({
  kind: "deposit",
  id: `deposit-${i}`,
  stage: "finalized",
  at: { seen: 1_000, finalized: 1_000 + ms },
  result: { outcome: "minted", block: 1, extrinsic: 0, batch: "00" } as never,
});

it("tells the median and what 95 of 100 don't exceed", () => {
  const views = Array.from({ length: 100 }, (_, i) => took(100 * (i + 1), i));
  expect(durationsOf(views, "deposit")).toEqual({ count: 100, p50: 5_100, p95: 9_600 });
});

it("tells nothing by a handful of transfers", () => {
  expect(durationsOf([took(100, 0), took(200, 1)], "deposit")).toEqual({ count: 2 });
});

it("leaves out what hasn't ended, and the other kind", () => {
  const { result: _, ...open } = took(100, 9) as TransferView & { result: unknown };
  const views = [...Array.from({ length: 5 }, (_, i) => took(1_000, i)), open as TransferView];
  expect(durationsOf(views, "deposit")).toEqual({ count: 5, p50: 1_000, p95: 1_000 });
  expect(durationsOf(views, "withdrawal")).toEqual({ count: 0 });
});
