import { describe, expect, it } from "vitest";
import { checkpointIn } from "../testing/checkpoints.js";
import { exampleConfig } from "../testing/config.js";
import { refusal } from "../testing/refusal.js";
import { checkTerm, TERM, termEnd } from "./term.js";

const { rootsTime, maxSkew } = exampleConfig;
const DAY = 24n * 3_600_000n;
const newer = checkpointIn(5n, 8n, rootsTime + 10n * DAY);
const at = (checkpoint: typeof newer | undefined, ...times: readonly bigint[]) =>
  refusal(() => checkTerm(exampleConfig, checkpoint, ...times));

describe("a checkpoint's term", () => {
  it("is 14 days, of which what is signed last may use the rest", () => {
    expect(TERM).toBe(14n * DAY);
    expect(termEnd(exampleConfig, newer)).toBe(newer.time + 14n * DAY - maxSkew);
    expect(at(newer, newer.time + 14n * DAY - maxSkew)).toBeUndefined();
    expect(at(newer, newer.time + 14n * DAY - maxSkew + 1n)).toBe("refused/checkpoint-lapsed");
  });

  it("runs from the configuration's roots while there is no newer checkpoint", () => {
    for (const older of [undefined, checkpointIn(5n, 8n, rootsTime - DAY)]) {
      expect(at(older, rootsTime + 14n * DAY - maxSkew)).toBeUndefined();
      expect(at(older, rootsTime + 14n * DAY - maxSkew + 1n)).toBe("refused/checkpoint-lapsed");
    }
  });

  it("binds each of the times proven", () => {
    const end = termEnd(exampleConfig, newer);
    expect(at(newer, end, end + 1n)).toBe("refused/checkpoint-lapsed");
    expect(at(newer, end + 1n, end)).toBe("refused/checkpoint-lapsed");
  });

  it("hasn't begun before the checkpoint, but for what chains' clocks may differ by", () => {
    expect(at(newer, newer.time - maxSkew)).toBeUndefined();
    expect(at(newer, newer.time - maxSkew - 1n)).toBe("refused/checkpoint-early");
    expect(at(newer, newer.time, newer.time - maxSkew - 1n)).toBe("refused/checkpoint-early");
  });
});
