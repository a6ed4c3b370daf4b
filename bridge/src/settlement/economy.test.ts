import { type Call, mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { Ledger } from "../ledger/ledger.js";
import { checkpointIn, vouchFor } from "../testing/checkpoints.js";
import { exampleConfig, filled, HOUR } from "../testing/config.js";
import { exampleGovernance, exampleLedger } from "../testing/world.js";
import { entryOf } from "./assemble-batch.js";
import { type BatchDraft, draftOf } from "./batch-draft.js";
import { batchSize } from "./batch-size.js";
import { checkEconomy, earliestBatch, failureScore, isWorthwhile, nextFailures } from "./economy.js";

const INTERVAL = exampleConfig.batchInterval;
const vouched = vouchFor(checkpointIn(5n, 8n, exampleLedger.time));
const mints = (count: number): readonly Call[] => Array.from({ length: count }, () => mint(1, filled(32, 1), 1n));
const withLimits = (calls: number): BridgeConfig => ({ ...exampleConfig, batch: { calls, bytes: 10_000_000 } });

interface Case {
  readonly calls?: number;
  readonly items?: number;
  readonly limit?: number;
  /** Batches that failed since the ledger. */
  readonly failed?: number;
  readonly ledger?: Partial<Ledger>;
  /** After the ledger's time, ms. */
  readonly after?: bigint;
  readonly draft?: Partial<BatchDraft>;
  readonly delayed?: boolean;
  readonly checkpoints?: number;
}

const check = (given: Case): string | undefined => {
  const { calls = 10, items = calls, limit = 1_000, failed = 0, after = INTERVAL, checkpoints = 0 } = given;
  const ledger = { ...exampleLedger, ...given.ledger };
  const nonce = ledger.nonce + failed;
  const next = { ...ledger, time: ledger.time + after, nonce: nonce + 1 };
  const entry = entryOf(next, { checkpoints: Array.from({ length: checkpoints }, () => vouched) });
  const draft = { ...draftOf(ledger), items, isWorthwhile: true, ...given.draft };
  const delayed = given.delayed ? [{ action: { type: "pause", value: undefined }, from: 0n, due: 1n } as const] : [];
  const governance = { ...exampleGovernance, delayed };
  const batch = { ledger: next, anchor: filled(32, 1), entry, calls: mints(calls), nonce, specVersion: 900 };
  return outcome(() => checkEconomy(withLimits(limit), ledger, governance, draft, batch));
};

describe("PROTOCOL 3: a batch isn't empty", () => {
  const empty = { isWorthwhile: false };

  it("that holds something worth it", () => {
    expect(check({ draft: empty })).toBe("refused/empty-batch");
    expect(check({ draft: { isWorthwhile: true } })).toBe("accepted");
  });

  it("that takes up 1,024 deposits", () => {
    const takingUp = (count: bigint) => ({ ...empty, deposits: exampleLedger.deposits + count });
    expect(check({ draft: takingUp(1_023n) })).toBe("refused/empty-batch");
    expect(check({ draft: takingUp(1_024n), items: 0 })).toBe("accepted");
  });

  it("that lets an hour pass while a decision is delayed", () => {
    expect(check({ draft: empty, delayed: true, after: HOUR - 1n })).toBe("refused/empty-batch");
    expect(check({ draft: empty, delayed: true, after: HOUR, items: 0 })).toBe("accepted");
    expect(check({ draft: empty, after: HOUR })).toBe("refused/empty-batch");
    expect(isWorthwhile(exampleLedger, { delayed: [] }, draftOf(exampleLedger), 9n * HOUR)).toBe(false);
  });
});

describe("PROTOCOL 3: a batch's time and size", () => {
  it("is batchInterval after the ledger's, unless the batch is half full", () => {
    expect(check({ after: INTERVAL - 1n })).toBe("refused/too-early");
    expect(check({ after: INTERVAL })).toBe("accepted");
    expect(check({ calls: 500, after: 1n })).toBe("accepted");
    expect(check({ calls: 499, after: 1n })).toBe("refused/too-early");
  });

  it("is at most what the limits in force allow, but always one item", () => {
    expect(check({ calls: 1_000 })).toBe("accepted");
    expect(check({ calls: 1_001 })).toBe("refused/batch-too-large");
    expect(check({ calls: 1_001, items: 1 })).toBe("accepted");
    expect(check({ calls: 1_001, items: 0 })).toBe("accepted");
  });

  it("lets one item have any size only where no checkpoints are told besides", () => {
    expect(check({ calls: 1_001, items: 1, checkpoints: 1 })).toBe("refused/batch-too-large");
    expect(check({ calls: 900, items: 1, checkpoints: 1 })).toBe("accepted");
  });

  it("comes later after failed batches, whatever it holds", () => {
    const due = (failures: number, failed: number) =>
      (earliestBatch({ ...exampleLedger, failures }, exampleConfig, exampleLedger.nonce + failed) -
        exampleLedger.time) /
      INTERVAL;
    expect([0, 1, 2, 3].map((failed) => due(0, failed))).toEqual([1n, 2n, 4n, 7n]);
    expect([0, 1, 2, 3].map((failed) => due(5, failed))).toEqual([6n, 7n, 9n, 12n]);
    expect(check({ calls: 500, failed: 1, after: 2n * INTERVAL - 1n })).toBe("refused/too-early");
    expect(check({ calls: 500, failed: 1, after: 2n * INTERVAL })).toBe("accepted");
    const scored = { failures: 3 };
    expect(check({ calls: 250, ledger: scored, after: 4n * INTERVAL - 1n })).toBe("refused/too-early");
    expect(check({ calls: 250, ledger: scored, after: 4n * INTERVAL })).toBe("accepted");
  });

  it("has 1/(1 + f) of the size at most, one item always", () => {
    const late = { after: 1_000n * INTERVAL };
    expect(check({ ...late, calls: 500, failed: 1 })).toBe("accepted");
    expect(check({ ...late, calls: 501, failed: 1 })).toBe("refused/batch-too-large");
    expect(check({ ...late, calls: 501, failed: 1, items: 1 })).toBe("accepted");
    expect(check({ ...late, calls: 250, failed: 1, ledger: { failures: 2 } })).toBe("accepted");
    expect(check({ ...late, calls: 251, failed: 1, ledger: { failures: 2 } })).toBe("refused/batch-too-large");
    expect(check({ ...late, limit: 1_700, calls: 100, failed: 40 })).toBe("accepted");
    expect(check({ ...late, limit: 1_700, calls: 101, failed: 40 })).toBe("refused/batch-too-large");
  });

  it("is refused at a nonce before the ledger's", () => {
    expect(check({ failed: -1 })).toBe("refused/nonce-behind");
  });
});

describe("PROTOCOL 3: the score of failed batches", () => {
  const scored = (failures: number, failed: number, passed: bigint): number =>
    nextFailures(
      { ...exampleLedger, time: 1_000n * INTERVAL, failures },
      exampleConfig,
      exampleLedger.nonce + failed,
      1_000n * INTERVAL + passed,
    );

  it("grows with each, to 16", () => {
    expect(failureScore({ nonce: 5, failures: 2 }, 8)).toBe(5);
    expect(failureScore({ nonce: 5, failures: 10 }, 12)).toBe(16);
    expect(scored(2, 3, INTERVAL)).toBe(5);
  });

  it("falls by one where time passes a multiple of ten intervals, to 0", () => {
    expect(scored(2, 0, 10n * INTERVAL - 1n)).toBe(2);
    expect(scored(2, 0, 10n * INTERVAL)).toBe(1);
    expect(scored(2, 3, 45n * INTERVAL)).toBe(1);
    expect(scored(2, 0, 1_000n * INTERVAL)).toBe(0);
  });

  it("is never raised by a time that goes back", () => {
    expect(scored(2, 0, -500n * INTERVAL)).toBe(2);
  });

  it("bounds what failing batches cost a day, also where each comes after a good one (finding economy)", () => {
    const DAY = 24n * HOUR;
    const limit = 1_000;
    let ledger: Ledger = { ...exampleLedger, time: 0n, failures: 0 };
    let failedBatches = 0;
    let wasted = 0;
    while (ledger.time < DAY) {
      // The attacker's: as early and as large as is allowed; then an honest one as soon as may be.
      const score = failureScore(ledger, ledger.nonce);
      failedBatches += 1;
      wasted += Math.floor(limit / (1 + score));
      const nonce = ledger.nonce + 1;
      const time = earliestBatch(ledger, exampleConfig, nonce);
      ledger = { ...ledger, time, nonce: nonce + 1, failures: nextFailures(ledger, exampleConfig, nonce, time) };
    }
    // A failed one for each good one would be 1,440, of full size each.
    expect(failedBatches).toBeLessThan(160);
    expect(wasted).toBeLessThan(20 * limit);
    expect(batchSize(mints(limit)).calls).toBe(limit);
  });
});
