import { sha3_256 as nobleSha3 } from "@noble/hashes/sha3.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { concat, toHex, utf8 } from "../bytes.js";
import { sha3_256 } from "./sha3.js";

test("SHA3-256 is FIPS 202's, not Keccak", () => {
  expect(toHex(sha3_256())).toBe("a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  expect(toHex(sha3_256(utf8("hello")))).toBe("3338be694f50c5f338814986cdf0686453a888b84f424d792af4b9202398f392");
});

test("SHA3-256 is of the parts one after the other, however they are cut, and as noble computes it", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), (parts) => {
      const digest = sha3_256(...parts);
      expect(digest).toEqual(nobleSha3(concat(...parts)));
      expect(digest).not.toBeInstanceOf(Buffer);
    }),
  );
});
