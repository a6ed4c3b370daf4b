import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { flips } from "@pdiem/light-client/diem/testing/mutations";
import {
  addressAtCreation,
  authenticationKeyPrefix,
  ed25519AuthenticationKey,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { authenticationKeyOf } from "./authenticator.js";
import { scriptFunctionPayload } from "./framework-call.js";
import { peerToPeer, peerToPeerBySignersCall } from "./peer-to-peer.js";
import { type RawTransaction, rawTransaction, signingMessage } from "./raw-transaction.js";
import {
  type Signer,
  signedTransaction,
  signMultiAgentTransaction,
  signRawTransaction,
  signTransaction,
  verifySignedTransaction,
} from "./signed-transaction.js";
import { signedTransactionHash, transaction, transactionHash } from "./transaction.js";

const seed = fromHex("cd9a2c90296a210249128ae3c908611637b2e00efd4986670e252abf3fabd1a9");
const sender = addressAtCreation(ed25519AuthenticationKey(publicKeyOf(seed)));
const raw: RawTransaction = {
  sender,
  sequenceNumber: 7n,
  payload: peerToPeer({
    currency: "XUS",
    payee: new Uint8Array(16).fill(2),
    amount: 1n,
    metadata: new Uint8Array(0),
    metadataSignature: new Uint8Array(0),
  }),
  maxGasAmount: 1_000_000n,
  gasUnitPrice: 0n,
  gasCurrencyCode: "XUS",
  expirationTimestampSecs: 1_997_844_332n,
  chainId: 2,
};
const signed = signRawTransaction(raw, seed);

describe("a signed transaction", () => {
  test("has the sender, key and prefix that its private key gives", () => {
    const key = ed25519AuthenticationKey(publicKeyOf(seed));
    expect(toHex(sender)).toBe("a74fd7c46952c497e75afb0a7932586d");
    expect(toHex(authenticationKeyPrefix(key))).toBe("459c77a38803bd53f3adee52703810e3");
    const { authenticator } = signed;
    if (authenticator.type === "multiAgent") throw new RangeError("expected a single signer");
    expect(authenticationKeyOf(authenticator)).toEqual(key);
  });

  test("is the same bytes whenever it is signed, and known by its hash before it is sent", () => {
    expect(encode(signedTransaction, signRawTransaction(raw, seed))).toEqual(encode(signedTransaction, signed));
    const bytes = encode(transaction, { type: "user", value: signed });
    expect(toHex(signedTransactionHash(signed))).toBe(toHex(transactionHash(decode(transaction, bytes))));
    expect(toHex(signedTransactionHash(signed))).toBe(
      toHex(sha3_256(fromHex("a57f37b6effd9fca550b609f55ac4cabc6e58784f0e1a99877bfef3c9840ba79"), bytes)),
    );
  });

  test("signs the seed and the transaction, not their hash", () => {
    expect(toHex(signingMessage(raw))).toBe(
      `e74c3978c4493b06fec031b3b5b97fee945b2d7628528d85d19509dab9f4189c${toHex(encode(rawTransaction, raw))}`,
    );
  });

  test("verifies, and no longer with any byte changed", () => {
    expect(outcome(() => verifySignedTransaction(signed))).toBe("accepted");
    for (const changed of flips(encode(signedTransaction, signed)))
      expect(outcome(() => verifySignedTransaction(decode(signedTransaction, changed)))).not.toBe("accepted");
  });

  test("comes back from its encoding with any numbers", () => {
    const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(u64, u64, u64, fc.nat(255), fc.string(), (sequenceNumber, maxGasAmount, expiry, chain, currency) => {
        const other = { ...raw, sequenceNumber, maxGasAmount, expirationTimestampSecs: expiry, chainId: chain };
        const value = signRawTransaction({ ...other, gasCurrencyCode: currency }, seed);
        expect(decode(signedTransaction, encode(signedTransaction, value))).toEqual(value);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a transaction of several keys", () => {
  const seeds = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
  const publicKey = { publicKeys: seeds.map(publicKeyOf), threshold: 2 };
  const signer = (...indices: readonly number[]): Signer => ({
    type: "multiEd25519",
    publicKey,
    seeds: indices.map((index) => [index, seeds[index] ?? seed] as const),
  });

  test("verifies with as many as the threshold asks for", () => {
    expect(outcome(() => verifySignedTransaction(signTransaction(raw, signer(2, 0))))).toBe("accepted");
    expect(outcome(() => verifySignedTransaction(signTransaction(raw, signer(1))))).toBe("proof/signature");
  });

  test("comes back from its encoding", () => {
    const value = signTransaction(raw, signer(0, 1));
    expect(decode(signedTransaction, encode(signedTransaction, value))).toEqual(value);
  });
});

describe("a transaction of several agents", () => {
  const others = [11, 12].map((n) => new Uint8Array(32).fill(n));
  const addresses = others.map((one) => addressAtCreation(ed25519AuthenticationKey(publicKeyOf(one))));
  const agents = {
    rawTransaction: { ...raw, payload: scriptFunctionPayload(peerToPeerBySignersCall("XUS", 5n, new Uint8Array(0))) },
    secondarySignerAddresses: addresses,
  };
  const own: Signer = { type: "ed25519", seed };
  const secondary = others.map((one): Signer => ({ type: "ed25519", seed: one }));
  const check = (...args: Parameters<typeof signMultiAgentTransaction>) =>
    outcome(() => verifySignedTransaction(signMultiAgentTransaction(...args)));

  test("is signed by each over the same message", () => {
    expect(check(agents, own, secondary)).toBe("accepted");
    const value = signMultiAgentTransaction(agents, own, secondary);
    expect(
      equal(
        encode(signedTransaction, decode(signedTransaction, encode(signedTransaction, value))),
        encode(signedTransaction, value),
      ),
    ).toBe(true);
  });

  test("fails with a signer missing, or an address that comes twice", () => {
    expect(check(agents, own, secondary.slice(1))).toBe("proof/signature");
    const [first] = addresses;
    const [signer] = secondary;
    if (first === undefined || signer === undefined) throw new RangeError("expected a secondary signer");
    for (const twice of [
      [first, first],
      [sender, first],
    ])
      expect(check({ ...agents, secondarySignerAddresses: twice }, own, [signer, signer])).toBe("proof/signature");
  });

  test("fails when the secondary signers aren't those that were signed for", () => {
    const value = signMultiAgentTransaction(agents, own, secondary);
    if (value.authenticator.type !== "multiAgent") throw new RangeError("expected several agents");
    const swapped = { ...value.authenticator.value, secondarySignerAddresses: [...addresses].reverse() };
    const other = { ...value, authenticator: { type: "multiAgent" as const, value: swapped } };
    expect(outcome(() => verifySignedTransaction(other))).toBe("proof/signature");
  });

  test("holds at most 32 signatures in all", () => {
    const many = Array.from({ length: 32 }, (_, i) => new Uint8Array(32).fill(100 + i));
    const all: Signer = {
      type: "multiEd25519",
      publicKey: { publicKeys: many.map(publicKeyOf), threshold: 1 },
      seeds: many.map((one, i) => [i, one] as const),
    };
    expect(check({ ...agents, secondarySignerAddresses: [] }, all, [])).toBe("accepted");
    expect(check(agents, all, secondary)).toBe("proof/signature");
  });

  test("fails when it was signed as if by the sender alone", () => {
    const alone = signTransaction(agents.rawTransaction, own);
    if (alone.authenticator.type !== "ed25519") throw new RangeError("expected one key");
    const value = { sender: alone.authenticator, secondarySignerAddresses: [], secondarySigners: [] };
    const other = { ...alone, authenticator: { type: "multiAgent" as const, value } };
    expect(outcome(() => verifySignedTransaction(other))).toBe("proof/signature");
  });
});
