import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { describe, expect, test } from "vitest";
import { concat, equal, fromHex, toHex } from "../../bytes.js";
import { bytes, decode, encode } from "../../codec/scale.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { publicKeyOf, verifyStrict } from "../../crypto/ed25519.js";
import { outcome } from "../../testing/outcome.js";
import { PASSET_HUB, PASSET_HUB_DIGEST, PASSET_HUB_PROOF } from "../testing/passet-hub.js";
import { approveTransfer, batchAll, cancelApproval, mint, remark } from "./call.js";
import { encodeCall } from "./encode-call.js";
import { extrinsicHash, extrinsicSigner } from "./extrinsic-signer.js";
import { pinnedFormat } from "./pinned-format.js";
import { provenFormat } from "./proven-format.js";
import { assembleExtrinsic, buildExtrinsic, type ExtrinsicContent, signingPayload } from "./signed-extrinsic.js";

const SEED = new Uint8Array(32).fill(9);
const who = (mark: number) => new Uint8Array(32).fill(mark);
const call = batchAll([cancelApproval(1, who(1)), mint(1, who(2), 5n), approveTransfer(1, who(3), 1n), remark(who(4))]);
const CONTENT: Omit<ExtrinsicContent, "specVersion" | "transactionVersion"> = {
  call,
  nonce: 17,
  mortalPeriod: 64,
  birth: { number: 1000, hash: who(0xb) },
  genesisHash: who(0xa),
};

describe.each([
  ["pinned", pinnedFormat(STATEMINE_900), 6],
  ["proven", provenFormat(PASSET_HUB_PROOF, PASSET_HUB, "Assets"), 16],
] as const)("by a %s format", (_, format, transactionVersion) => {
  const content: ExtrinsicContent = { ...CONTENT, specVersion: format.specVersion, transactionVersion };
  const built = buildExtrinsic(format, content, SEED);

  test("an extrinsic holds signer, signature, extra and call, its length in front", () => {
    const body = decode(bytes, built);
    expect(toHex(body.subarray(0, 34))).toBe(`8400${toHex(publicKeyOf(SEED))}`);
    expect(verifyStrict(publicKeyOf(SEED), signingPayload(format, content), body.subarray(35, 99))).toBe(true);
    // Mortal 64, phase 40; nonce; tip; no fee asset.
    expect(toHex(body.subarray(99, 104))).toBe("8502440000");
    expect(equal(body.subarray(-encodeCall(format, call).length), encodeCall(format, call))).toBe(true);
    expect(extrinsicSigner(built)).toEqual(publicKeyOf(SEED));
    expect(extrinsicHash(built)).toEqual(blake2b256(built));
  });

  test("a signature made elsewhere is put in", () => {
    const signature = decode(bytes, built).subarray(35, 99);
    expect(assembleExtrinsic(format, content, publicKeyOf(SEED), signature)).toEqual(built);
  });

  test("PROTOCOL 3: payloads of more than 256 bytes are signed by their hash", () => {
    const small = { ...content, call: remark(new Uint8Array(0)) };
    const { length } = signingPayload(format, small);
    const filled = (total: number) => ({ ...content, call: remark(new Uint8Array(total - length - 1)) });
    expect(signingPayload(format, filled(256))).toHaveLength(256);
    expect(signingPayload(format, filled(257))).toHaveLength(32);
  });

  test("everything that the signature must bind is in the payload", () => {
    const payload = signingPayload(format, content);
    const others: Partial<ExtrinsicContent>[] = [
      { nonce: 18 },
      { birth: { ...content.birth, number: 1001 } },
      { birth: { ...content.birth, hash: who(0xc) } },
      { genesisHash: who(0xd) },
      { call: batchAll([]) },
    ];
    for (const other of others) expect(equal(signingPayload(format, { ...content, ...other }), payload)).toBe(false);
  });

  test("versions are the format's, hashes 32 bytes, or nothing is signed", () => {
    const wrong: Partial<ExtrinsicContent>[] = [
      { specVersion: format.specVersion + 1 },
      { genesisHash: new Uint8Array(31) },
      { birth: { number: 1000, hash: new Uint8Array(33) } },
      { mortalPeriod: 63 },
    ];
    for (const change of wrong) expect(() => signingPayload(format, { ...content, ...change })).toThrow(RangeError);
  });
});

test("a pinned transaction version can't be replaced, another's is anybody's word", () => {
  const content = { ...CONTENT, transactionVersion: 7 };
  expect(() => signingPayload(pinnedFormat(STATEMINE_900), { ...content, specVersion: 900 })).toThrow(RangeError);
  const proven = provenFormat(PASSET_HUB_PROOF, PASSET_HUB, "Assets");
  const payload = (transactionVersion: number) =>
    signingPayload(proven, { ...content, specVersion: PASSET_HUB.specVersion, transactionVersion });
  expect(payload(7)).not.toEqual(payload(16));
});

test("PROTOCOL 3: what is signed ends in 1 and the digest whatever the format says, else it is refused", () => {
  const proven = provenFormat(PASSET_HUB_PROOF, PASSET_HUB, "Assets");
  const content = { ...CONTENT, specVersion: PASSET_HUB.specVersion, transactionVersion: 16 };
  const verdict = (implicit: typeof proven.implicit) => outcome(() => signingPayload({ ...proven, implicit }, content));
  expect(verdict(proven.implicit)).toBe("accepted");
  expect(verdict([...proven.implicit, "none"])).toBe("proof/metadata-order");
  expect(verdict([...proven.implicit].reverse())).toBe("proof/metadata-order");
  expect(verdict([])).toBe("proof/metadata-order");
  expect(proven.metadataHash).toEqual(PASSET_HUB_DIGEST);
});

test("a pinned profile that names CheckMetadataHash signs over none, in mode 0", () => {
  const named = { ...STATEMINE_900, extensions: [...STATEMINE_900.extensions, "CheckMetadataHash" as const] };
  const content = { ...CONTENT, call: batchAll([]), specVersion: 900, transactionVersion: 6 };
  const plain = signingPayload(pinnedFormat(STATEMINE_900), content);
  const [extra, end] = [5, 72];
  expect(signingPayload(pinnedFormat(named), content)).toEqual(
    concat(plain.subarray(0, 3 + extra), Uint8Array.of(0), plain.subarray(-end), Uint8Array.of(0)),
  );
});

test("batches don't nest, and hold at most 4,096 calls", () => {
  const format = pinnedFormat(STATEMINE_900);
  expect(() => encodeCall(format, batchAll([batchAll([])]))).toThrow(RangeError);
  expect(encodeCall(format, batchAll(Array(4096).fill(remark(who(1))))).length).toBe(4 + 4096 * 35);
  expect(() => encodeCall(format, batchAll(Array(4097).fill(remark(who(1)))))).toThrow(RangeError);
});

test("amounts above 128 bits, ids above 32 and accounts of another length aren't encoded", () => {
  const format = pinnedFormat(STATEMINE_900);
  expect(toHex(encodeCall(format, mint(1, who(2), (1n << 128n) - 1n)))).toMatch(/33f{32}$/);
  for (const wrong of [mint(1, who(2), 1n << 128n), mint(1, who(2), -1n), mint(2 ** 32, who(2), 1n)])
    expect(() => encodeCall(format, wrong)).toThrow(RangeError);
  expect(() => encodeCall(format, mint(1, new Uint8Array(31), 1n))).toThrow(RangeError);
});

test("unsigned extrinsics and other address forms have no signer", () => {
  expect(extrinsicSigner(encode(bytes, fromHex("040300")))).toBeUndefined();
  expect(extrinsicSigner(encode(bytes, concat(fromHex("8401"), who(1))))).toBeUndefined();
  expect(outcome(() => extrinsicSigner(fromHex("1084")))).toBe("decode/truncated");
});
