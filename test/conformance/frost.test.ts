/** FROST(Ed25519, SHA-512) by the vectors of RFC 9591 and of ZF's frost-ed25519. */
import { createPublicKey, randomBytes, verify } from "node:crypto";
import { ed25519, ed25519_FROST } from "@noble/curves/ed25519.js";
import { fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { blindedFrost } from "@pdiem/light-client/crypto/blinded-frost";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { ed25519 as portable } from "@pdiem/light-client/crypto/ed25519-portable";
import { verifyZip215 } from "@pdiem/light-client/crypto/zip215";
import { describe, expect, it } from "vitest";
import { KEY_GENERATION, SIGNING, SIGNING_BY_ZF } from "./frost-vectors.js";

const SUITES = [
  ["noble's", ed25519_FROST],
  ["blinded", blindedFrost((length) => new Uint8Array(randomBytes(length)))],
] as const;
/** 10,000 with `FROST_RUNS=10000`. */
const RUNS = Number(process.env.FROST_RUNS ?? 3);
const TWO_OF_THREE = { min: 2, max: 3 };
const { Fn } = ed25519.Point;

/** Randomness that a vector names. */
const giving = (...values: readonly Uint8Array[]) => {
  const left = values.map((one) => new Uint8Array(one));
  return (length?: number): Uint8Array<ArrayBuffer> => {
    const next = left.shift();
    if (next === undefined || next.length !== length) throw new Error("expected no more randomness than was named");
    return next;
  };
};

/** What noble makes this scalar from: the scalar less 1, in 48 bytes. */
const randomnessOf = (scalar: string): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(48);
  bytes.set(Fn.toBytes(Fn.fromBytes(fromHex(scalar)) - 1n));
  return bytes;
};

describe.each(SUITES)("%s FROST", (_, frost) => {
  const idOf = (participant: number): string => frost.Identifier.fromNumber(participant);

  it.each([
    ["RFC 9591 E.1", SIGNING],
    ["ZF's vectors", SIGNING_BY_ZF],
  ])("commits, signs and adds up as %s", (__, { groupKey, message, signers, signature }) => {
    const key = { signers: TWO_OF_THREE, commitments: [fromHex(groupKey)], verifyingShares: {} };
    const parts = signers.map((one) => {
      const secret = { identifier: idOf(one.participant), signingShare: fromHex(one.share) };
      const rng = giving(fromHex(one.hidingRandomness), fromHex(one.bindingRandomness));
      return { one, secret, made: frost.commit(secret, rng) };
    });
    const commitments = parts.map(({ made }) => made.commitments);
    for (const { one, made } of parts) {
      const { nonces } = made;
      expect(toHex(nonces.hiding)).toBe(one.hidingNonce);
      expect(toHex(nonces.binding)).toBe(one.bindingNonce);
      expect(toHex(made.commitments.hiding)).toBe(one.hiding);
      expect(toHex(made.commitments.binding)).toBe(one.binding);
    }
    const shares = parts.map(({ one, secret, made }) => {
      const share = frost.signShare(secret, key, made.nonces, commitments, fromHex(message));
      expect(toHex(share)).toBe(one.signatureShare);
      return [secret.identifier, share] as const;
    });
    const whole = frost.aggregate(
      { ...key, verifyingShares: Object.fromEntries(shares) },
      commitments,
      fromHex(message),
      Object.fromEntries(shares),
    );
    expect(toHex(whole)).toBe(signature);
    expect(verifyStrict(fromHex(groupKey), fromHex(message), whole)).toBe(true);
  });

  it.each([0, 1, 2])("generates a key as ZF's participant %# does", (index) => {
    const { firstShare, groupKey, participants } = KEY_GENERATION;
    const own = participants[index];
    if (own === undefined) throw new RangeError("expected a participant");
    const packages = participants.map(({ commitments, proof }, i) => ({
      identifier: idOf(i + 1),
      commitment: commitments.map((one) => fromHex(one)),
      proofOfKnowledge: fromHex(proof),
    }));
    const others = packages.filter((__, i) => i !== index);
    const rng = giving(randomnessOf(own.coefficient), new Uint8Array(48).fill(7));
    const begun = frost.DKG.round1(idOf(index + 1), TWO_OF_THREE, fromHex(own.secret), rng);
    expect(begun.public.commitment.map(toHex)).toEqual(own.commitments);

    const given = frost.DKG.round2(begun.secret, others);
    for (const [i, other] of participants.entries()) {
      const theirs = new Map<string, string>(Object.entries(other.shares)).get(String(index + 1));
      if (i !== index) expect(toHex(given[idOf(i + 1)]?.signingShare ?? new Uint8Array())).toBe(theirs);
    }
    const received = Object.entries(own.shares).map(([from, share]) => ({
      identifier: idOf(Number(from)),
      signingShare: fromHex(share),
    }));
    const { public: key, secret } = frost.DKG.round3(begun.secret, others, received);
    if (index === 0) expect(toHex(secret.signingShare)).toBe(firstShare);
    const point = ed25519.Point.BASE.multiply(Fn.fromBytes(secret.signingShare));
    expect(toHex(point.toBytes())).toBe(own.verifyingShare);
    expect(toHex(key.commitments[0] ?? new Uint8Array())).toBe(groupKey);
    for (const [i, { verifyingShare }] of participants.entries())
      expect(toHex(key.verifyingShares[idOf(i + 1)] ?? new Uint8Array())).toBe(verifyingShare);
  });

  it("makes signatures that Diem's strict rule, OpenSSL, noble and ZIP 215 find valid", () => {
    const signers = { min: 3, max: 5 };
    const { public: key, secretShares } = frost.trustedDealer(signers);
    const [groupKey = new Uint8Array()] = key.commitments;
    const x = Buffer.from(groupKey).toString("base64url");
    const imported = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    const strict = portable.verifier(groupKey);
    for (let run = 0; run < RUNS; run++) {
      const message = utf8(`message ${run}`);
      const chosen = [1, 2, 3, 4, 5].filter((slot) => slot !== 1 + (run % 5) && slot !== 1 + ((run + 2) % 5));
      const parts = chosen.map((slot) => {
        const secret = secretShares[idOf(slot)];
        if (secret === undefined) throw new Error("expected a share");
        return { secret, made: frost.commit(secret) };
      });
      const commitments = parts.map(({ made }) => made.commitments);
      const shares = parts.map(({ secret, made }): [string, Uint8Array] => [
        secret.identifier,
        frost.signShare(secret, key, made.nonces, commitments, message),
      ]);
      const signature = frost.aggregate(key, commitments, message, Object.fromEntries(shares));
      const verdicts = [
        verifyStrict(groupKey, message, signature),
        strict.verify(message, signature),
        verify(null, message, imported, signature),
        verifyZip215(groupKey, message, signature),
      ];
      expect(verdicts).toEqual([true, true, true, true]);
    }
  });
});
