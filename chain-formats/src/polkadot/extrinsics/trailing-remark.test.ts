import { concat, equal } from "@pdiem/light-client/bytes";
import { bytes, compactU32, encode } from "@pdiem/light-client/codec/scale";
import { batchAll, mint, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { PASSET_HUB, PASSET_HUB_PROOF } from "@pdiem/light-client/polkadot/testing/passet-hub";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { expect, test } from "vitest";
import { STATEMINE_900 } from "./statemine-900.js";
import { trailingRemark } from "./trailing-remark.js";

const who = (mark: number) => new Uint8Array(32).fill(mark);
const FORMATS = [
  [pinnedFormat(STATEMINE_900), 6],
  [provenFormat(PASSET_HUB_PROOF, PASSET_HUB, "Assets"), 16],
] as const;

const built = (data: Uint8Array, at: 0 | 1): Uint8Array => {
  const [format, transactionVersion] = FORMATS[at];
  const { specVersion } = format;
  const versions = { specVersion, transactionVersion };
  const birth = { number: 9, hash: who(1) };
  const call = batchAll([mint(1, who(2), 5n), remark(data)]);
  return buildExtrinsic(format, { call, nonce: 1, mortalPeriod: 64, birth, genesisHash: who(3), ...versions }, who(4));
};

test("PROTOCOL 3: the remark that ends an extrinsic is found without metadata", () => {
  for (const length of [1, 63, 64, 65, 16_383, 16_384, 70_000])
    for (const at of [0, 1] as const) {
      const data = new Uint8Array(length).fill(0xff);
      expect([...trailingRemark(built(data, at))]).toContainEqual(data);
    }
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.constantFrom(0 as const, 1 as const), (data, at) =>
      [...trailingRemark(built(data, at))].some((found) => equal(found, data)),
    ),
    { numRuns: 100 },
  );
});

test("each candidate stands behind its length, the longest first", () => {
  const inner = concat(who(7), encode(bytes, concat(who(8), encode(bytes, who(9)))));
  const extrinsic = built(inner, 0);
  const found = [...trailingRemark(extrinsic)];
  expect(found.map(({ length }) => length)).toEqual([inner.length, 65, 32]);
  for (const { length } of found) {
    const before = encode(compactU32, length);
    const start = extrinsic.length - length;
    expect(extrinsic.subarray(start - before.length, start)).toEqual(before);
  }
});

test("lengths in a longer form than needed count for nothing", () => {
  const head = concat(Uint8Array.of(0x84, 0), who(1), new Uint8Array(65));
  const withLength = (length: Uint8Array) => encode(bytes, concat(head, length, who(0xff)));
  expect([...trailingRemark(withLength(Uint8Array.of(32 << 2)))]).toEqual([who(0xff)]);
  expect([...trailingRemark(withLength(Uint8Array.of((32 << 2) | 1, 0)))]).toEqual([]);
  expect([...trailingRemark(withLength(Uint8Array.of((32 << 2) | 2, 0, 0, 0)))]).toEqual([]);
});

test("nothing is found in what isn't signed, or within the signature", () => {
  expect([...trailingRemark(encode(bytes, concat(Uint8Array.of(4, 0, 0, 128), who(1))))]).toEqual([]);
  const short = concat(Uint8Array.of(0x84, 0), who(1), Uint8Array.of(0, 63 << 2), who(5), who(6).subarray(1));
  expect([...trailingRemark(encode(bytes, short))]).toEqual([]);
  expect(outcome(() => [...trailingRemark(Uint8Array.of(9, 0x84))])).toBe("decode/truncated");
});

test("an extrinsic made of nothing but candidates costs a step for each byte", () => {
  const size = 4_000_000;
  const body = new Uint8Array(size);
  body.set(concat(Uint8Array.of(0x84, 0), who(1)));
  const view = new DataView(body.buffer);
  for (let at = 100; at + 4 < size; at += 4) view.setUint32(at, ((size - at - 4) << 2) | 2, true);
  let count = 0;
  for (const candidate of trailingRemark(encode(bytes, body))) count += candidate.length > 0 ? 1 : 0;
  // All but the last 16 kB, whose lengths would be shorter.
  expect(count).toBeGreaterThan((size - 20_000) / 4);
  expect(count).toBeLessThan(size / 4);
});
