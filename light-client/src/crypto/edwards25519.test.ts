import { ed25519 } from "@noble/curves/ed25519.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { add, BASE, combine, decompress, isNeutral, L, negate } from "./edwards25519.js";

const { Point } = ed25519;
const scalars = fc.bigInt({ min: 0n, max: L - 1n });
const encodings = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("adds and multiplies as noble does", () => {
  fc.assert(
    fc.property(scalars, scalars, fc.bigInt({ min: 1n, max: L - 1n }), (m, n, secret) => {
      const theirs = Point.BASE.multiply(secret);
      const ours = decompress(theirs.toBytes());
      if (ours === undefined) throw new Error("expected a point");
      const sum = decompress(Point.BASE.multiplyUnsafe(m).add(theirs.multiplyUnsafe(n)).toBytes());
      if (sum === undefined) throw new Error("expected a point");
      expect(isNeutral(add(combine(m, BASE, n, ours), negate(sum)))).toBe(true);
      expect(isNeutral(add(combine((m + 1n) % L, BASE, n, ours), negate(sum)))).toBe(false);
    }),
    { numRuns: 20 },
  );
});

test("decompresses what noble does, to the same point", () => {
  fc.assert(
    fc.property(encodings, (encoding) => {
      let theirs: { readonly x: bigint; readonly y: bigint } | undefined;
      try {
        theirs = Point.fromBytes(encoding, true).toAffine();
      } catch {}
      const ours = decompress(encoding);
      expect(ours && { x: ours.x, y: ours.y }).toEqual(theirs);
    }),
    { numRuns: 200 },
  );
});
