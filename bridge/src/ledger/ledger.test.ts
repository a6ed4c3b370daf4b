import { equal } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled, ISSUER } from "../testing/config.js";
import { createWorld, exampleLedger } from "../testing/world.js";
import { anchorOf } from "./anchor.js";
import { type CurrencyLedger, type Ledger, ledger } from "./ledger.js";
import { checkLedgerInForce } from "./ledger-in-force.js";

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** One root for each set bit of the number of leaves. */
const list = fc
  .array(hash, { maxLength: 4 })
  .map((roots) => ({ frozenSubtreeRoots: roots, numLeaves: (1n << BigInt(roots.length)) - 1n }));
const window = fc.record({ start: u64, used: u64 });
const currency = fc.record<CurrencyLedger>({
  fees: u64,
  owed: u64,
  minted: window,
  released: window,
  refunded: window,
});

const anyLedger: fc.Arbitrary<Ledger> = fc.record<Ledger>({
  time: u64,
  active: u64,
  nonce: u32,
  failures: fc.integer({ min: 0, max: 255 }),
  deposits: u64,
  waiting: list,
  accounts: list,
  releases: list,
  start: u64,
  paid: fc.record({ releases: u64, events: u64 }),
  currencies: fc.array(currency, { maxLength: 3 }),
  governance: hash,
});

describe("the ledger", () => {
  it("is the same after encoding and decoding", () => {
    fc.assert(
      fc.property(anyLedger, (value) => {
        expect(decode(ledger, encode(ledger, value))).toEqual(value);
      }),
    );
  });

  it("PROTOCOL 2: has another anchor for any byte of difference, and for another bridge", () => {
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
      if (outcome(() => decode(ledger, changed)) !== "accepted") continue;
      expect(equal(anchor, anchorOf(id, decode(ledger, changed)))).toBe(false);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(100);
  });

  it("PROTOCOL 2: is in force where the first asset has its anchor approved by the issuer", () => {
    const { parachain } = createWorld();
    const inForce = (issuer: Uint8Array, value: Ledger) =>
      outcome(() => checkLedgerInForce(exampleConfig, issuer, value, parachain.facts()));
    expect(inForce(ISSUER, exampleLedger)).toBe("accepted");
    expect(inForce(ISSUER, { ...exampleLedger, active: 1n })).toBe("refused/not-in-force");
    expect(inForce(filled(32, 1), exampleLedger)).toBe("refused/not-in-force");
    const other = { ...exampleConfig, currencies: [...exampleConfig.currencies].reverse() };
    expect(outcome(() => checkLedgerInForce(other, ISSUER, exampleLedger, parachain.facts()))).toBe(
      "refused/not-in-force",
    );
  });
});
