import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex, utf8 } from "../../bytes.js";
import { decode, encode } from "../../codec/bcs.js";
import { publicKeyOf, sign } from "../../crypto/ed25519.js";
import { outcome } from "../../testing/outcome.js";
import { flips } from "../testing/mutations.js";
import {
  formatMultiEd25519PublicKey,
  formatMultiEd25519Signature,
  type MultiEd25519PublicKey,
  type MultiEd25519Signature,
  multiEd25519PublicKey,
  multiEd25519Signature,
  parseMultiEd25519PublicKey,
  parseMultiEd25519Signature,
  setBits,
  signMultiEd25519,
  verifyMultiEd25519,
} from "./multi-ed25519.js";

const seeds = Array.from({ length: 33 }, (_, i) => new Uint8Array(32).fill(i + 1));
const message = utf8("message");
const keyOf = (count: number, threshold: number): MultiEd25519PublicKey => ({
  publicKeys: seeds.slice(0, count).map(publicKeyOf),
  threshold,
});
const signedBy = (...indices: readonly number[]): MultiEd25519Signature =>
  signMultiEd25519(
    indices.map((index) => [index, seeds[index] ?? new Uint8Array(32)] as const),
    message,
  );
const check = (key: MultiEd25519PublicKey, signature: MultiEd25519Signature) =>
  outcome(() => verifyMultiEd25519(key, message, signature));

describe("a MultiEd25519 key", () => {
  test("holds 1 to 32 keys and a threshold that they can reach", () => {
    const parse = (count: number, threshold: number) =>
      outcome(() => parseMultiEd25519PublicKey(formatMultiEd25519PublicKey(keyOf(count, threshold))));
    expect([parse(1, 1), parse(32, 32), parse(3, 2)]).toEqual(["accepted", "accepted", "accepted"]);
    for (const [count, threshold] of [
      [0, 0],
      [0, 1],
      [3, 0],
      [3, 4],
      [33, 1],
    ] as const)
      expect(parse(count, threshold)).toBe("decode/public-key");
  });

  test("doesn't decode with bytes left over, or a key of small order", () => {
    const encoded = formatMultiEd25519PublicKey(keyOf(2, 1));
    const smallOrder = concat(fromHex(`01${"00".repeat(31)}`), Uint8Array.of(1));
    for (const bytes of [encoded.subarray(1), encoded.subarray(0, 64), new Uint8Array(0), smallOrder])
      expect(outcome(() => parseMultiEd25519PublicKey(bytes))).toBe("decode/public-key");
  });
});

describe("a MultiEd25519 signature", () => {
  test("marks its signers from the highest bit of the first byte on", () => {
    expect(setBits(fromHex("40ff0080"))).toEqual([1, 8, 9, 10, 11, 12, 13, 14, 15, 24]);
    expect(toHex(formatMultiEd25519Signature(signedBy(31, 0)).subarray(128))).toBe("80000001");
  });

  test("needs as many bits as signatures, at least one", () => {
    const encoded = formatMultiEd25519Signature(signedBy(0, 2));
    const withBitmap = (bitmap: string) => concat(encoded.subarray(0, 128), fromHex(bitmap));
    for (const bytes of [
      withBitmap("80000000"),
      withBitmap("e0000000"),
      withBitmap("00000000"),
      encoded.subarray(64),
      fromHex("00000000"),
      new Uint8Array(0),
      encoded.subarray(1),
    ])
      expect(outcome(() => parseMultiEd25519Signature(bytes))).toBe("decode/signature");
    expect(parseMultiEd25519Signature(encoded)).toEqual(signedBy(0, 2));
  });

  test("doesn't decode with an S that isn't below the group's order", () => {
    const encoded = formatMultiEd25519Signature(signedBy(0)).slice();
    encoded.fill(0xff, 32, 64);
    expect(outcome(() => parseMultiEd25519Signature(encoded))).toBe("decode/signature");
  });

  test("verifies from the threshold on", () => {
    const key = keyOf(3, 2);
    expect([check(key, signedBy(0, 1)), check(key, signedBy(0, 2)), check(key, signedBy(0, 1, 2))]).toEqual(
      Array(3).fill("accepted"),
    );
    expect([check(key, signedBy(1)), check(key, [])]).toEqual(Array(2).fill("proof/signature"));
  });

  test("fails with a signer beyond the keys, one counted twice, or one invalid signature among enough", () => {
    const key = keyOf(3, 2);
    const [first, second] = signedBy(0, 1);
    if (first === undefined || second === undefined) throw new RangeError("expected two signatures");
    const wrong = sign(seeds[2] ?? new Uint8Array(32), utf8("another message"));
    for (const signature of [
      signedBy(0, 3),
      signedBy(0, 31),
      [first, first],
      [second, first],
      [first, second, [2, wrong]],
    ])
      expect(check(key, signature as MultiEd25519Signature)).toBe("proof/signature");
  });

  test("comes back from its encoding for any set of signers", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(31), { minLength: 1, maxLength: 4 }), (indices) => {
        const signature = signedBy(...indices);
        expect(decode(multiEd25519Signature, encode(multiEd25519Signature, signature))).toEqual(signature);
        expect(check(keyOf(32, indices.length), signature)).toBe("accepted");
      }),
      { numRuns: 10 },
    );
    const key = keyOf(4, 3);
    expect(decode(multiEd25519PublicKey, encode(multiEd25519PublicKey, key))).toEqual(key);
  });

  test("is rejected with any byte changed", () => {
    const key = keyOf(3, 2);
    for (const changed of flips(formatMultiEd25519Signature(signedBy(0, 2))))
      expect(outcome(() => verifyMultiEd25519(key, message, parseMultiEd25519Signature(changed)))).not.toBe("accepted");
  });

  test("can't be written for an index that has no bit", () => {
    expect(() => formatMultiEd25519Signature([[32, new Uint8Array(64)]])).toThrow(RangeError);
  });
});
