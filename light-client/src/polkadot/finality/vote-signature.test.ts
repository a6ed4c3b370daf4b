import { expect, test } from "vitest";
import { concat, fromHex, utf8 } from "../../bytes.js";
import { publicKeyOf, sign, verifyStrict } from "../../crypto/ed25519.js";
import { verifyZip215 } from "../../crypto/zip215.js";
import { cofactoredSignature } from "../testing/cofactored-signature.js";
import { flipBit } from "../testing/flip-bit.js";
import { voteMessage } from "./vote-signature.js";

const seed = new Uint8Array(32).fill(7);
const publicKey = publicKeyOf(seed);
const message = utf8("a vote");

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
  const signature = cofactoredSignature(seed, message);
  expect(verifyStrict(publicKey, message, signature)).toBe(false);
  expect(verifyZip215(publicKey, message, signature)).toBe(true);
  expect(verifyZip215(publicKey, utf8("another"), signature)).toBe(false);
});

test("no changed signature and no changed key counts", () => {
  const signature = sign(seed, message);
  expect(verifyZip215(publicKey, message, signature)).toBe(true);
  for (let bit = 0; bit < 512; bit += 7) expect(verifyZip215(publicKey, message, flipBit(signature, bit))).toBe(false);
  for (let bit = 0; bit < 256; bit += 7) expect(verifyZip215(flipBit(publicKey, bit), message, signature)).toBe(false);
});

test("a scalar of the group's order or more is refused, so that no signature has a twin", () => {
  const signature = sign(seed, message);
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = signature.subarray(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + order;
  const twin = concat(
    signature.subarray(0, 32),
    Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 0xffn)),
  );
  expect(verifyZip215(publicKey, message, twin)).toBe(false);
});
