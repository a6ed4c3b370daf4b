import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as chosen from "#hashes";
import { concat, toHex, utf8 } from "../bytes.js";
import * as native from "./hashes-native.js";
import * as portable from "./hashes-portable.js";
import { sha3_256 } from "./sha3.js";
import { sha256 } from "./sha256.js";

test("SHA3-256 is FIPS 202's, not Keccak", () => {
  expect(toHex(sha3_256())).toBe("a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  expect(toHex(sha3_256(utf8("hello")))).toBe("3338be694f50c5f338814986cdf0686453a888b84f424d792af4b9202398f392");
});

test("Node.js hashes natively", () => {
  expect(chosen.sha3_256).toBe(native.sha3_256);
});

describe.each([
  ["SHA-256", sha256, native.sha256, portable.sha256],
  ["SHA3-256", sha3_256, native.sha3_256, portable.sha3_256],
])("%s", (_, hash, nativeHash, portableHash) => {
  test("is of the parts one after the other, however they are cut, natively and portably alike", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), (parts) => {
        const digest = hash(...parts);
        expect(digest).toEqual(nativeHash(concat(...parts)));
        expect(digest).toEqual(portableHash(concat(...parts)));
        expect(digest).not.toBeInstanceOf(Buffer);
      }),
    );
  });
});
