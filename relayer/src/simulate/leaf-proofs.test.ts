import { ACCOUNTS, append, proveLeaf, verifyLeaf } from "@pdiem/bridge/ledger/list";
import { describe, expect, it } from "vitest";
import { leafProofs } from "./leaf-proofs.js";

const account = (n: number): Uint8Array => new Uint8Array(32).fill(n + 1);

describe("leafProofs", () => {
  it.each([1, 2, 3, 7, 8, 13])("proves each of %i leaves as the ledger's accumulator wants it", (count) => {
    const leaves = Array.from({ length: count }, (_, i) => account(i));
    const accumulator = append(ACCOUNTS, { frozenSubtreeRoots: [], numLeaves: 0n }, leaves);
    const { prove } = leafProofs(ACCOUNTS, leaves);
    for (let i = 0; i < count; i++) {
      expect(prove(i)).toEqual(proveLeaf(ACCOUNTS, leaves, i));
      verifyLeaf(ACCOUNTS, accumulator, BigInt(i), prove(i));
    }
  });

  it("has no proof of a leaf that isn't there", () => {
    expect(() => leafProofs(ACCOUNTS, [account(0)]).prove(1)).toThrow(RangeError);
  });
});
