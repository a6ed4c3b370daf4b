import { describe, expect, test } from "vitest";
import { casesOf, PARTS } from "./conformance.js";
import { fixturesFolder } from "./fixture-files.js";
import { runCase } from "./run-case.js";

const folder = fixturesFolder();

for (const part of PARTS) {
  const cases = await casesOf(part, folder);
  describe(part.name, () => {
    if (cases === undefined) test.skip(`isn't in ${folder}`);
    for (const one of cases ?? [])
      test(one.name, async () => {
        const { expected, got } = await runCase(one);
        expect(got).toBe(expected);
      });
  });
}
