import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { expect, test } from "vitest";
import { concat, fromHex, utf8 } from "../bytes.js";
import { publicKeyOf, sign, verifyStrict } from "../crypto/ed25519.js";
import { flipBit } from "./testing/outcome.js";
import { verifyVote, voteMessage } from "./vote-signature.js";

const seed = new Uint8Array(32).fill(7);
const publicKey = publicKeyOf(seed);
const message = utf8("a vote");

/** A signature whose R has a part of order 8: right by the equation with cofactor, wrong without it. */
const cofactoredSignature = (): Uint8Array => {
  const { Point } = ed25519;
  const { scalar } = ed25519.utils.getExtendedPublicKey(seed);
  const torsion = Point.fromBytes(fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"));
  const nonce = 123456789n;
  const r = Point.BASE.multiply(nonce).add(torsion).toBytes();
  const littleEndian = (bytes: Uint8Array) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const challenge = Point.Fn.create(littleEndian(sha512(concat(r, publicKey, message))));
  const s = Point.Fn.create(nonce + challenge * scalar);
  return concat(
    r,
    Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 0xffn)),
  );
};

test("the message is a precommit with its round and set", () => {
  const vote = { targetHash: new Uint8Array(32).fill(0xab), targetNumber: 0x01020304 };
  expect(voteMessage(vote, 5n, 6n)).toEqual(
    concat(
      Uint8Array.of(1),
      vote.targetHash,
      fromHex("04030201"),
      fromHex("0500000000000000"),
      fromHex("0600000000000000"),
    ),
  );
});

test("votes that only the network's rule accepts count", () => {
  const signature = cofactoredSignature();
  expect(verifyStrict(publicKey, message, signature)).toBe(false);
  expect(verifyVote(publicKey, message, signature)).toBe(true);
  expect(verifyVote(publicKey, utf8("another"), signature)).toBe(false);
});

test("no changed signature and no changed key counts", () => {
  const signature = sign(seed, message);
  expect(verifyVote(publicKey, message, signature)).toBe(true);
  for (let bit = 0; bit < 512; bit += 7) expect(verifyVote(publicKey, message, flipBit(signature, bit))).toBe(false);
  for (let bit = 0; bit < 256; bit += 7) expect(verifyVote(flipBit(publicKey, bit), message, signature)).toBe(false);
});

test("a scalar of the group's order or more is refused, so that no signature has a twin", () => {
  const signature = sign(seed, message);
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = signature.subarray(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + order;
  const twin = concat(
    signature.subarray(0, 32),
    Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 0xffn)),
  );
  expect(verifyVote(publicKey, message, twin)).toBe(false);
});
