import { expect, it } from "vitest";
import { createLastWord } from "./last-word.js";

/** An answer that comes once it is told to. */
const later = <T>(word: T) => {
  let tell: () => void = () => undefined;
  const answer = new Promise<T>((resolve) => {
    tell = () => resolve(word);
  });
  return { tell, question: () => answer };
};

it("an answer is the last word, until another comes", async () => {
  const word = createLastWord<string>();
  expect(word.get()).toBeUndefined();
  await word.ask(() => Promise.resolve("old"));
  word.set("new");
  expect(word.get()).toBe("new");
  await word.ask(() => Promise.resolve("rolled back"));
  expect(word.get()).toBe("rolled back");
});

it("an answer from before the enclave was given a checkpoint doesn't put the relayer back to the older one", async () => {
  const word = createLastWord<string>();
  const { tell, question } = later("old");
  const asked = word.ask(question);
  word.set("new");
  tell();
  await asked;
  expect(word.get()).toBe("new");
});

it("a question that fails leaves the last word as it is", async () => {
  const word = createLastWord<string>();
  word.set("known");
  await expect(word.ask(() => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(word.get()).toBe("known");
});
