import { equal } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anchorOf } from "./anchor.js";
import { type CurrencyLedger, type Ledger, ledger, MAX_OPEN_RANGES, type Progress, type Range } from "./ledger.js";
import { filled } from "../testing/config.js";
import { refusal } from "../testing/refusal.js";
import { exampleLedger } from "../testing/world.js";

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const open = fc.array(fc.record<Range>({ from: u64, to: u64 }), { maxLength: 5 });
/** One root for each set bit of the number of leaves. */
const accumulator = fc
  .array(hash, { maxLength: 4 })
  .map((roots) => ({ frozenSubtreeRoots: roots, numLeaves: (1n << BigInt(roots.length)) - 1n }));
const window = fc.record({ start: u64, used: u64 });

const anyLedger: fc.Arbitrary<Ledger> = fc.record<Ledger>({
  time: u64,
  worked: u64,
  nonce: u32,
  runtime: fc.record({ specVersion: u32, profile: hash }),
  deposits: fc.record<Progress>({ next: u64, open }),
  accounts: accumulator,
  releases: accumulator,
  paid: fc.record({ sent: u64, next: u64, open }),
  currencies: fc.array(fc.record<CurrencyLedger>({ fees: u64, minted: window, released: window, refunded: window }), {
    maxLength: 3,
  }),
  decisions: fc.record({ count: u64, hash }),
});

describe("the ledger", () => {
  it("is the same after encoding and decoding", () => {
    fc.assert(
      fc.property(anyLedger, (value) => {
        expect(decode(ledger, encode(ledger, value))).toEqual(value);
      }),
    );
  });

  it("has another anchor for any byte of difference, and for another bridge", () => {
    const id = filled(32, 1);
    const encoded = encode(ledger, exampleLedger).slice();
    const anchor = anchorOf(id, exampleLedger);
    expect(anchor).toHaveLength(32);
    expect(equal(anchor, anchorOf(filled(32, 2), exampleLedger))).toBe(false);
    let compared = 0;
    for (let i = 0; i < encoded.length; i++) {
      const changed = encoded.slice();
      changed[i] = (changed[i] ?? 0) ^ 1;
      // Flipping a length makes no ledger at all.
      if (refusal(() => decode(ledger, changed)) !== undefined) continue;
      expect(equal(anchor, anchorOf(id, decode(ledger, changed)))).toBe(false);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(100);
  });

  it("doesn't decode with more open ranges than are ever signed", () => {
    const ranges = Array.from({ length: MAX_OPEN_RANGES }, (_, i) => ({ from: BigInt(3 * i), to: BigInt(3 * i + 1) }));
    const most: Ledger = { ...exampleLedger, deposits: { next: 9_999n, open: ranges } };
    const encoded = encode(ledger, most);
    expect(decode(ledger, encoded)).toEqual(most);
    const more = encoded.slice();
    // The count stands behind time, worked, nonce, runtime and next; 1024 is 80 08 in ULEB128.
    const at = 8 + 8 + 4 + 4 + 32 + 8;
    expect([...more.subarray(at, at + 2)]).toEqual([0x80, 0x08]);
    more[at] = 0x81;
    expect(refusal(() => decode(ledger, more))).toBe("decode/length");
  });
});
