import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, equal, fromHex } from "../../bytes.js";
import { bytes, encode } from "../../codec/scale.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { publicKeyOf, verifyStrict } from "../../crypto/ed25519.js";
import { flipBit, outcome } from "../testing/outcome.js";
import { approveTransfer, batchAll, cancelApproval, decodeCall, encodeCall, mint, remark } from "./call.js";
import { buildExtrinsic, decodeExtrinsic, extrinsicHash, extrinsicSigner, signingPayload } from "./extrinsic.js";
import { ASSET_HUB, STATEMINE_900 } from "./shipped-profiles.js";

const SEED = new Uint8Array(32).fill(9);
const who = (mark: number) => new Uint8Array(32).fill(mark);
const call = batchAll([cancelApproval(1, who(1)), mint(1, who(2), 5n), approveTransfer(1, who(3), 1n), remark(who(4))]);
const content = {
  call,
  nonce: 17,
  birth: { number: 1000, hash: who(0xb) },
  genesisHash: who(0xa),
  specVersion: 900,
};

describe.each([STATEMINE_900, ASSET_HUB])("under profile $name", (profile) => {
  const built = buildExtrinsic(profile, content, SEED);

  test("what was built is read back, signed for its payload", () => {
    const read = decodeExtrinsic(profile, built);
    expect(read).toMatchObject({ signer: publicKeyOf(SEED), nonce: 17, era: { period: 64, phase: 1000 % 64 }, call });
    expect(verifyStrict(read.signer, signingPayload(profile, content), read.signature)).toBe(true);
    expect(extrinsicSigner(built)).toEqual(publicKeyOf(SEED));
    expect(extrinsicHash(built)).toEqual(blake2b256(built));
  });

  test("payloads of more than 256 bytes are signed by their hash", () => {
    const small = { ...content, call: remark(new Uint8Array(0)) };
    const length = signingPayload(profile, small).length;
    const filled = (total: number) => ({ ...content, call: remark(new Uint8Array(total - length - 1)) });
    expect(signingPayload(profile, filled(256))).toHaveLength(256);
    expect(signingPayload(profile, filled(257))).toHaveLength(32);
  });

  test("everything that the signature must bind is in the payload", () => {
    const payload = signingPayload(profile, content);
    const others = [
      { ...content, nonce: 18 },
      { ...content, birth: { ...content.birth, number: 1001 } },
      { ...content, birth: { ...content.birth, hash: who(0xc) } },
      { ...content, genesisHash: who(0xd) },
      { ...content, specVersion: 901 },
      { ...content, call: batchAll([]) },
    ];
    for (const other of others) expect(equal(signingPayload(profile, other), payload)).toBe(false);
    const upgraded = { ...profile, transactionVersion: profile.transactionVersion + 1 };
    expect(equal(signingPayload(upgraded, content), payload)).toBe(false);
  });

  test("any bit changed is refused, or read as what it then says: never another exception", () => {
    fc.assert(
      fc.property(fc.nat(8 * built.length - 1), (bit) => {
        const changed = flipBit(built, bit);
        const code = outcome(() => {
          const { era, nonce, signer, signature, call: changedCall } = decodeExtrinsic(profile, changed);
          const same = [
            era.period === 64,
            era.phase === 1000 % 64,
            nonce === 17,
            equal(signer, publicKeyOf(SEED)),
            equal(encodeCall(profile, changedCall), encodeCall(profile, call)),
          ];
          expect(same.every(Boolean) && equal(signature, decodeExtrinsic(profile, built).signature)).toBe(false);
        });
        return code === "accepted" || code.startsWith("decode/");
      }),
      { numRuns: 1000 },
    );
  });

  test("truncated, and with bytes after it, it is refused", () => {
    for (const wrong of [built.subarray(0, -1), concat(built, Uint8Array.of(0)), new Uint8Array(0)])
      expect(outcome(() => decodeExtrinsic(profile, wrong))).toMatch(/^decode\//);
  });
});

test("unsigned extrinsics and other address forms have no signer", () => {
  expect(extrinsicSigner(encode(bytes, fromHex("040300")))).toBeUndefined();
  expect(extrinsicSigner(encode(bytes, concat(fromHex("8401"), who(1))))).toBeUndefined();
  expect(outcome(() => extrinsicSigner(fromHex("1084")))).toBe("decode/truncated");
});

test("under another profile an extrinsic isn't read as ours", () => {
  expect(outcome(() => decodeExtrinsic(ASSET_HUB, buildExtrinsic(STATEMINE_900, content, SEED)))).toMatch(/^decode\//);
});

test("batches don't nest, whoever writes them", () => {
  expect(() => encodeCall(STATEMINE_900, batchAll([batchAll([])]))).toThrow(RangeError);
  expect(outcome(() => decodeCall(STATEMINE_900, fromHex("280204280200")))).toBe("decode/call");
});

test("amounts above 128 bits, other address kinds and foreign calls are refused", () => {
  const minted = encodeCall(STATEMINE_900, mint(1, who(2), (1n << 128n) - 1n));
  expect(decodeCall(STATEMINE_900, minted)).toEqual(mint(1, who(2), (1n << 128n) - 1n));
  expect(() => encodeCall(STATEMINE_900, mint(1, who(2), 1n << 128n))).toThrow(RangeError);
  const tooMuch = concat(fromHex("32030400"), who(2), fromHex("37"), new Uint8Array(16), fromHex("01"));
  expect(outcome(() => decodeCall(STATEMINE_900, tooMuch))).toBe("decode/amount");
  expect(outcome(() => decodeCall(STATEMINE_900, concat(fromHex("32030401"), who(2), fromHex("04"))))).toBe(
    "decode/address",
  );
  expect(outcome(() => decodeCall(STATEMINE_900, fromHex("3200")))).toBe("decode/call");
});
