import { PdiemError } from "@pdiem/light-client/error";
import { expect, it } from "vitest";
import { type Asking, quorum } from "./quorum.js";

const never = new Promise<never>(() => undefined);
const away = (): Promise<never> => Promise.reject(new PdiemError("enclave/unreachable", "nobody there", "backoff"));
const asking = (...answers: readonly Promise<string>[]): readonly Asking<string>[] =>
  answers.map((answer, i) => ({ slot: i + 1, answer }));
const slotsOf = (answers: ReadonlyMap<number, string>): readonly number[] => [...answers.keys()].sort();

it("waits for as many as it takes, and not for one that hangs or is away", async () => {
  const word = Promise.resolve("well");
  expect(slotsOf(await quorum(2, asking(word, never, word), 0))).toEqual([1, 3]);
  expect(slotsOf(await quorum(2, asking(away(), word, word), 60_000))).toEqual([2, 3]);
});

it("takes those in that answer in the same moment", async () => {
  const word = Promise.resolve("well");
  const later = new Promise<string>((resolve) => setImmediate(() => resolve("later")));
  expect(slotsOf(await quorum(2, asking(word, word, later), 5_000))).toEqual([1, 2, 3]);
});

it("fails once too few are left, and on what isn't a holder's fault", async () => {
  await expect(quorum(2, asking(away(), never, away()), 0)).rejects.toMatchObject({ code: "holders/too-few" });
  await expect(quorum(2, asking(never, Promise.reject(new RangeError("a defect")), never), 0)).rejects.toThrow(
    "a defect",
  );
});
