import { describe, expect, it } from "vitest";
import { MUTANTS } from "./mutants.js";
import { runMutant } from "./run-mutant.js";

const MOST = 400;

describe("the model finds out a bridge that", () => {
  it.each(MUTANTS.map((mutant) => [`${mutant.name} (PROTOCOL ${mutant.section})`, mutant] as const))(
    "%s",
    async (_, mutant) => {
      const found = await runMutant(mutant, MOST);
      expect(found?.what).toEqual(expect.any(String));
    },
  );
});
