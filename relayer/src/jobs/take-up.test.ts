import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { describe, expect, it } from "vitest";
import { takeUp } from "./take-up.js";

/** Of numbers, of which the rules take up no odd ones, and two together at most. */
const takingUp = (all: readonly number[], takesNone = false) => {
  const refused: [number, string][] = [];
  const refuse = (code: string): never => {
    throw new PdiemError(code, code, "later");
  };
  const taken = takeUp<number>({
    ready: async () => all.filter((one) => !refused.some(([other]) => other === one)),
    settle: (some) => {
      if (some.length === 0 && takesNone) refuse("empty");
      if (some.length > 2) refuse("too-many");
      if (some.some((one) => one % 2 === 1)) refuse("odd");
    },
    refuse: async (one, error) => void refused.push([one, isPdiemError(error) ? error.code : ""]),
  });
  return taken.then((some) => ({ some, refused }));
};

describe("what a batch takes up", () => {
  it("is all that is ready, also where that is nothing", async () => {
    expect(await takingUp([2, 4])).toEqual({ some: [2, 4], refused: [] });
    expect(await takingUp([])).toEqual({ some: [], refused: [] });
    expect(await takingUp([], true)).toEqual({ some: undefined, refused: [] });
  });

  it("isn't held up by what is refused, which is the one at fault alone", async () => {
    expect(await takingUp([1, 2])).toEqual({ some: [2], refused: [[1, "odd"]] });
    expect(await takingUp([2, 3, 4])).toEqual({ some: [2, 4], refused: [[3, "odd"]] });
    expect(await takingUp([2, 4, 6])).toEqual({ some: [2, 4], refused: [[6, "too-many"]] });
    expect(await takingUp([1], true)).toEqual({ some: undefined, refused: [[1, "odd"]] });
  });

  it("is nothing where what goes wrong is a mistake of the program's own", async () => {
    const settle = () => {
      throw new TypeError("mistake");
    };
    const taken = takeUp<number>({ ready: async () => [1], settle, refuse: async () => undefined });
    await expect(taken).rejects.toThrow(TypeError);
  });
});
