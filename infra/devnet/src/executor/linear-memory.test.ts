import { equal } from "@pdiem/light-client/bytes";
import { expect, test } from "vitest";
import { addressOf, createLinearMemory, lengthOf } from "./linear-memory.js";

const begun = () => {
  const memory = createLinearMemory();
  memory.begin(1_001);
  return memory;
};

test("what is on the heap lies apart, from its base on", () => {
  const memory = begun();
  const values = [1, 8, 9, 100].map((length, i) => new Uint8Array(length).fill(i + 1));
  const spans = values.map(memory.give);
  expect(spans.map(memory.readSpan)).toEqual(values);
  expect(spans.map(lengthOf)).toEqual([1, 8, 9, 100]);
  expect(Math.min(...spans.map(addressOf))).toBeGreaterThan(1_001);
});

test("freed memory serves whatever is as large, and only that", () => {
  const memory = begun();
  const freed = memory.allocate(100);
  memory.free(freed);
  expect(memory.allocate(64)).not.toBe(freed);
  expect(memory.allocate(128)).toBe(freed);
  expect(memory.allocate(128)).not.toBe(freed);
});

test("grows with what it holds, up to 256 MiB", () => {
  const memory = begun();
  const large = new Uint8Array(20_000_000).fill(7);
  expect(equal(memory.readSpan(memory.give(large)), large)).toBe(true);
  const fill = (): void => {
    for (let i = 0; i < 8; i++) memory.allocate(1 << 25);
  };
  expect(fill).toThrow(expect.objectContaining({ code: "runtime/memory" }));
});

test("the next instance finds it empty", () => {
  const memory = begun();
  const address = memory.put(Uint8Array.of(1, 2, 3));
  memory.clear();
  expect(memory.read(address, 3)).toEqual(new Uint8Array(3));
});
