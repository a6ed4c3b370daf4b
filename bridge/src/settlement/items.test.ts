import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { filled } from "../testing/config.js";
import { releaseOf } from "../testing/payouts.js";
import { NO_LOOKUPS, putOff, settleNext } from "../testing/world.js";
import { type Items, items, NO_ITEMS } from "./items.js";

const path = [filled(32, 2)];
const preimage = { payee: filled(16, 4), subaddress: filled(8, 5), refundAccount: filled(32, 6) };

const some: Items = {
  waiting: [
    { index: 1n << 60n, path, content: { type: "deposit", value: { number: 7n, lookups: NO_LOOKUPS } } },
    { index: 2n, path: [], content: { type: "release", value: { index: 3n, leaf: releaseOf(), path } } },
  ],
  admissions: [
    settleNext({ account: { leaf: filled(32, 1), path }, paymentsBefore: 0n }),
    settleNext({ release: { leaf: releaseOf(), path: [] } }),
    putOff(65_536),
  ],
  withdrawals: [
    { preimage, currency: "XUS" },
    { preimage: { ...preimage, subaddress: undefined }, currency: "XDX" },
  ],
  registrations: [filled(32, 9)],
  feeClaims: ["XUS"],
  fold: 3,
  thaws: [{ currency: "XUS", account: filled(32, 3) }],
  withoutTeam: ["XDX"],
  checkpoints: [],
};

describe("items", () => {
  it("are the same after encoding and decoding", () => {
    expect(decode(items, encode(items, some))).toEqual(some);
    expect(decode(items, encode(items, NO_ITEMS))).toEqual(NO_ITEMS);
  });

  it("PROTOCOL 3: are bounded", () => {
    const accounts = (count: number) => Array.from({ length: count }, (_, i) => filled(32, i));
    const encodeUnbounded = (value: Partial<Items>) => () => encode(items, { ...NO_ITEMS, ...value });
    expect(encodeUnbounded({ registrations: accounts(65) })).toThrow(RangeError);
    expect(encodeUnbounded({ admissions: Array.from({ length: 2_049 }, () => putOff(1)) })).toThrow(RangeError);
    // A count above its bound, as somebody else may write it: 65 registrations.
    const encoded = encode(items, { ...NO_ITEMS, registrations: accounts(64) }).slice();
    expect(encoded[3]).toBe(64);
    encoded[3] = 65;
    expect(outcome(() => decode(items, encoded))).toBe("decode/length");
  });
});
