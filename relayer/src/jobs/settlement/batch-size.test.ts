import { EnclaveError } from "@pdiem/bridge-client/enclave/enclave-error";
import { describe, expect, it } from "vitest";
import { createBatchSize, isTooLarge } from "./batch-size.js";

describe("the size of batches", () => {
  it("halves down to one item and doubles up to what it began with", () => {
    const { most, halve, grow } = createBatchSize(10);
    const halved = [];
    while (halve()) halved.push(most());
    expect(halved).toEqual([5, 2, 1]);
    const grown = [1, 2, 3, 4, 5].map(() => {
      grow();
      return most();
    });
    expect(grown).toEqual([2, 4, 8, 10, 10]);
  });

  it("follows what the enclave, or the bounds of a request, say of it, and nothing else", () => {
    const codes = ["request/too-large", "refused/too-early", "enclave/unreachable"];
    expect(codes.map((code) => isTooLarge(new EnclaveError(code, "")))).toEqual([true, false, false]);
    expect(isTooLarge(new RangeError("expected a length of at most 4096, got 5000"))).toBe(true);
    expect(isTooLarge(new Error("request/too-large"))).toBe(false);
  });
});
