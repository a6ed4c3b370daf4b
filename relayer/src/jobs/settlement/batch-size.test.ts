import { EnclaveError } from "@pdiem/bridge-client/enclave/enclave-error";
import { describe, expect, it } from "vitest";
import { createBatchSize, isTooLarge } from "./batch-size.js";

describe("the size of batches", () => {
  it("is half of what the refused batch held, down to one item", () => {
    const { most, halve } = createBatchSize(1_000);
    expect(halve(300)).toBe(true);
    expect(most()).toBe(150);
    const halved = [];
    while (halve(most())) halved.push(most());
    expect(halved).toEqual([75, 37, 18, 9, 4, 2, 1]);
    expect(halve(1)).toBe(false);
  });

  it("doesn't grow by a batch that was larger than what came after", () => {
    const { most, halve } = createBatchSize(1_000);
    halve(100);
    halve(800);
    expect(most()).toBe(25);
  });

  it("comes back by an eighth for each batch that took effect, up to what it began with", () => {
    const { most, halve, grow } = createBatchSize(160);
    halve(160);
    const grown = Array.from({ length: 10 }, () => {
      grow();
      return most();
    });
    expect(grown).toEqual([90, 102, 115, 130, 147, 160, 160, 160, 160, 160]);
  });

  it("follows what the enclave, or the bounds of a request, say of it, and nothing else", () => {
    const codes = ["request/too-large", "refused/too-early", "enclave/unreachable"];
    expect(codes.map((code) => isTooLarge(new EnclaveError(code, "")))).toEqual([true, false, false]);
    expect(isTooLarge(new RangeError("expected a length of at most 4096, got 5000"))).toBe(true);
    expect(isTooLarge(new Error("request/too-large"))).toBe(false);
  });
});
