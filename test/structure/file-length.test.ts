import { describe, expect, it } from "vitest";
import { read, sourcesIn } from "./imports.js";

const FOLDERS = [
  "light-client/src",
  "chain-formats/src",
  "bridge/src",
  "enclave-verifier/src",
  "enclave/src",
  "bridge-client/src",
  "relayer/src",
  "infra/devnet/src",
  "scripts/src",
  "test",
];

/** Lines of a file. */
const MOST = 400;
const MOST_OF_HALF = 100;

const linesOf = (path: string): number => read(path).split("\n").length - 1;

describe("every source file", () => {
  const files = FOLDERS.flatMap(sourcesIn);
  const lengths = files.map((path) => [path, linesOf(path)] as const);

  it(`has ${MOST} lines at most`, () => {
    expect(files.length).toBeGreaterThan(500);
    expect(lengths.filter(([, lines]) => lines > MOST)).toEqual([]);
  });

  it(`has fewer than ${MOST_OF_HALF} in the median, tests left out`, () => {
    const own = lengths.filter(([path]) => !path.endsWith(".test.ts")).map(([, lines]) => lines);
    const sorted = own.sort((a, b) => a - b);
    expect(sorted[sorted.length >> 1]).toBeLessThan(MOST_OF_HALF);
  });
});
