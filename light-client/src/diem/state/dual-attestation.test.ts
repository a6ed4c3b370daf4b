import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../bytes.js";
import { publicKeyOf } from "../../crypto/ed25519.js";
import { withResource } from "./account-state.js";
import {
  dualAttestationMessage,
  type PaymentParty,
  parentVaspOf,
  requiresDualAttestation,
  signDualAttestation,
  verifyDualAttestation,
} from "./dual-attestation.js";
import { eventKeyOf } from "./event.js";
import { approximateXdxValue, type CurrencyInfo, largestAmountBelow } from "./resources/currency-info.js";
import { childVasp, parentVasp } from "./resources/vasp.js";

const addressOf = (n: number): Uint8Array => new Uint8Array(16).fill(n);
const parent = (n: number): PaymentParty => ({
  address: addressOf(n),
  state: withResource([], parentVasp, { numChildren: 1n }),
});
const child = (n: number, of: number): PaymentParty => ({
  address: addressOf(n),
  state: withResource([], childVasp, { parentVaspAddress: addressOf(of) }),
});
const dealer: PaymentParty = { address: addressOf(9), state: [] };
const handle = { count: 0n, key: eventKeyOf(0n, addressOf(0)) };
const infoAt = (toXdxExchangeRate: bigint): CurrencyInfo => ({
  totalValue: 0n,
  preburnValue: 0n,
  toXdxExchangeRate,
  isSynthetic: false,
  scalingFactor: 1_000_000n,
  fractionalPart: 100n,
  currencyCode: "XUS",
  canMint: true,
  mintEvents: handle,
  burnEvents: handle,
  preburnEvents: handle,
  cancelBurnEvents: handle,
  exchangeRateUpdateEvents: handle,
});
const par = infoAt(1n << 32n);
const limit = 1_000_000_000n;

describe("dual attestation", () => {
  test("is required between custodians from the limit on", () => {
    expect(requiresDualAttestation(parent(1), parent(2), limit, par, limit)).toBe(true);
    expect(requiresDualAttestation(parent(1), parent(2), limit - 1n, par, limit)).toBe(false);
    expect(requiresDualAttestation(child(3, 1), child(4, 2), limit, par, limit)).toBe(true);
  });

  test("isn't within one custodian, to oneself, or with a dealer", () => {
    for (const [payer, payee] of [
      [child(3, 1), parent(1)],
      [parent(1), child(3, 1)],
      [child(3, 1), child(4, 1)],
      [parent(1), parent(1)],
      [dealer, parent(1)],
      [parent(1), dealer],
    ] as const)
      expect(requiresDualAttestation(payer, payee, 2n ** 63n, par, limit)).toBe(false);
  });

  test("goes by what the amount is worth in XDX, rounded down", () => {
    const half = infoAt(1n << 31n);
    expect(approximateXdxValue(half, 3n)).toBe(1n);
    expect(requiresDualAttestation(parent(1), parent(2), 2n * limit - 1n, half, limit)).toBe(false);
    expect(requiresDualAttestation(parent(1), parent(2), 2n * limit, half, limit)).toBe(true);
  });

  test("isn't needed up to the largest amount worth less than the limit, at any rate", () => {
    const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(u64, u64, (rate, worth) => {
        const info = infoAt(rate);
        const most = largestAmountBelow(info, worth);
        expect(most === 0n || approximateXdxValue(info, most) < worth).toBe(true);
        expect(most >> 64n !== 0n || rate === 0n || approximateXdxValue(info, most + 1n) >= worth).toBe(true);
      }),
      {
        examples: [
          [1n, 1n << 31n],
          [0n, 1n],
          [0n, 0n],
          [7n, 0n],
          [1n << 32n, 1_000n],
        ],
      },
    );
    expect(largestAmountBelow(infoAt(1n << 31n), 500n)).toBe(999n);
    expect(largestAmountBelow(infoAt(3n << 31n), 500n)).toBe(333n);
    expect(largestAmountBelow(infoAt(0n), 500n)).toBe((1n << 64n) - 1n);
    expect([0n, 5n].map((rate) => largestAmountBelow(infoAt(rate), 0n))).toEqual([0n, 0n]);
  });

  test("knows a child's parent", () => {
    expect(parentVaspOf(child(3, 1))).toEqual(addressOf(1));
    expect(parentVaspOf(parent(1))).toEqual(addressOf(1));
    expect(parentVaspOf(dealer)).toBeUndefined();
  });

  test("is a signature over metadata, payer, amount and a fixed text", () => {
    const metadata = fromHex("020001166f666620636861696e207265666572656e6365206964");
    const payer = fromHex("f72589b71ff4f8d139674a3f7369c69b");
    expect(toHex(dualAttestationMessage(metadata, payer, 1000n))).toBe(
      `${toHex(metadata)}${toHex(payer)}e803000000000000404024244449454d5f41545445535424244040`,
    );
    const seed = new Uint8Array(32).fill(7);
    const key = publicKeyOf(seed);
    const signature = signDualAttestation(seed, metadata, payer, 1000n);
    expect(verifyDualAttestation(key, metadata, payer, 1000n, signature)).toBe(true);
    expect(verifyDualAttestation(key, metadata, payer, 1001n, signature)).toBe(false);
    expect(verifyDualAttestation(key, metadata.subarray(1), payer, 1000n, signature)).toBe(false);
    expect(verifyDualAttestation(new Uint8Array(0), metadata, payer, 1000n, new Uint8Array(3))).toBe(false);
  });
});
