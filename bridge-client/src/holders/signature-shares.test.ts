import { ed25519_FROST as frost } from "@noble/curves/ed25519.js";
import { fromHex, utf8 } from "@pdiem/light-client/bytes";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { describe, expect, it } from "vitest";
import { addUpShares, isGoodCommitment, isValidShare, type SharedSignature } from "./signature-shares.js";

const { public: key, secretShares } = frost.trustedDealer({ min: 2, max: 3 });
const [groupKey = new Uint8Array()] = key.commitments;
const idOf = (slot: number): string => frost.Identifier.fromNumber(slot);
const message = utf8("a batch");
const parts = [1, 3].map((slot) => {
  const secret = secretShares[idOf(slot)];
  if (secret === undefined) throw new Error("expected a share");
  return { slot, secret, ...frost.commit(secret) };
});
const signature: SharedSignature = {
  publicPackage: {
    roll: new Uint8Array(32),
    groupKey,
    slots: [1, 2, 3].map((slot) => ({
      verifyingShare: key.verifyingShares[idOf(slot)] ?? new Uint8Array(),
      platform: undefined,
    })),
  },
  commitments: parts.map(({ slot, commitments: { hiding, binding } }) => ({ slot, nonces: { hiding, binding } })),
  message,
};
const list = parts.map(({ commitments }) => commitments);
const shares = new Map(
  parts.map(({ slot, secret, nonces }) => [slot, frost.signShare(secret, key, nonces, list, message)]),
);
const changed = (share: Uint8Array): Uint8Array => share.map((byte, i) => (i === 0 ? byte ^ 1 : byte));

describe("shares of a signature", () => {
  it("add up to one of the group's key", () => {
    for (const [slot, share] of shares) expect(isValidShare(signature, slot, share)).toBe(true);
    expect(verifyStrict(groupKey, message, addUpShares(signature, shares))).toBe(true);
  });

  it("are judged one by one, whatever they are", () => {
    const share = shares.get(1) ?? new Uint8Array();
    for (const wrong of [changed(share), new Uint8Array(), new Uint8Array(32).fill(0xff)])
      expect(isValidShare(signature, 1, wrong)).toBe(false);
    expect(isValidShare(signature, 3, share)).toBe(false);
    expect(isValidShare(signature, 2, share)).toBe(false);
    expect(isValidShare({ ...signature, message: utf8("another") }, 1, share)).toBe(false);
  });

  it("are made of commitments to points of the group alone", () => {
    const [{ nonces } = { nonces: { hiding: new Uint8Array(), binding: new Uint8Array() } }] = signature.commitments;
    expect(isGoodCommitment(nonces)).toBe(true);
    const identity = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0));
    const torsion = fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
    const notCanonical = fromHex(`f0${"ff".repeat(30)}7f`);
    for (const bad of [identity, torsion, notCanonical, new Uint8Array(), nonces.hiding.subarray(1)])
      for (const name of ["hiding", "binding"]) expect(isGoodCommitment({ ...nonces, [name]: bad })).toBe(false);
  });

  it("aren't added up where one is wrong or missing", () => {
    const wrong = new Map([...shares, [1, changed(shares.get(1) ?? new Uint8Array())]]);
    const missing = new Map([...shares].slice(1));
    for (const given of [wrong, missing, new Map()])
      expect(() => addUpShares(signature, given)).toThrow(expect.objectContaining({ code: "holders/signature" }));
  });
});
