import { rotateAuthenticationKeyCall } from "@pdiem/chain-formats/diem/transactions/account-calls";
import { scriptFunctionPayload } from "@pdiem/chain-formats/diem/transactions/framework-call";
import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { signTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { multiEd25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { beforeEach, expect, test } from "vitest";
import { createTestNetwork, type TestAccount, type TestNetwork, testAccount } from "./test-network.js";

const EMPTY = new Uint8Array();

let network: TestNetwork;
let alice: TestAccount;
let bob: TestAccount;
beforeEach(() => {
  network = createTestNetwork();
  alice = network.fund("alice", 1_000_000n);
  bob = network.fund("bob", 0n);
});

const payment = (amount = 1n) =>
  peerToPeer({ currency: "XUS", payee: bob.address, amount, metadata: EMPTY, metadataSignature: EMPTY });
const submit = (changes: Partial<RawTransaction>, sender = alice) =>
  network.chain.submit(network.sign(sender, payment(), changes));

test.each([
  [{ chainId: 2 }, "BAD_CHAIN_ID"],
  [{ gasCurrencyCode: "abc" }, "INVALID_GAS_SPECIFIER"],
  [{ gasCurrencyCode: "ABC" }, "CURRENCY_INFO_DOES_NOT_EXIST"],
  [{ maxGasAmount: 4_000_001n }, "MAX_GAS_UNITS_EXCEEDS_MAX_GAS_UNITS_BOUND"],
  [{ gasUnitPrice: 10_001n }, "GAS_UNIT_PRICE_ABOVE_MAX_BOUND"],
  [{ gasUnitPrice: 2n }, "INSUFFICIENT_BALANCE_FOR_TRANSACTION_FEE"],
  [{ gasUnitPrice: 1n, gasCurrencyCode: "XDX" }, "BAD_TRANSACTION_FEE_CURRENCY"],
  [{ expirationTimestampSecs: 1_700_000_000n }, "TRANSACTION_EXPIRED"],
  [{ sequenceNumber: (1n << 64n) - 1n }, "SEQUENCE_NUMBER_TOO_BIG"],
] as const)("%o is refused as %s", (changes, status) => {
  expect(submit(changes)).toEqual({ type: "refused", status });
});

test("who may not send is refused", () => {
  expect(submit({}, testAccount("nobody"))).toMatchObject({ status: "SENDING_ACCOUNT_DOES_NOT_EXIST" });
  const wrongKey = { ...alice, seed: bob.seed };
  expect(submit({}, wrongKey)).toMatchObject({ status: "INVALID_AUTH_KEY" });
  network.association.freeze(alice.address);
  expect(submit({})).toMatchObject({ status: "SENDING_ACCOUNT_FROZEN" });
});

test.each([
  [9, 1n],
  [10, 0n],
])("in a block %i seconds later, a transaction that expires after 10 is executed %i times", (seconds, executed) => {
  const signed = network.sign(alice, payment(), { expirationTimestampSecs: 1_700_000_010n });
  expect(network.chain.submit(signed).type).toBe("accepted");
  network.wait(seconds);
  network.chain.produceBlock();
  expect(network.chain.sequenceNumberOf(alice.address)).toBe(executed);
  expect(network.chain.pending()).toBe(0);
});

test("a used sequence number is refused before anything else is looked at", () => {
  network.pay(alice, { payee: bob.address });
  expect(submit({ sequenceNumber: 0n, chainId: 2 })).toMatchObject({ status: "SEQUENCE_NUMBER_TOO_OLD" });
});

test("a later sequence number waits for those before it", () => {
  expect(submit({ sequenceNumber: 1n }).type).toBe("accepted");
  network.chain.produceBlock();
  expect(network.chain.sequenceNumberOf(alice.address)).toBe(0n);
  expect(submit({ sequenceNumber: 0n }).type).toBe("accepted");
  network.chain.produceBlock();
  expect(network.chain.sequenceNumberOf(alice.address)).toBe(2n);
});

test("a pending transaction is replaced only by itself at a higher price", () => {
  const first = network.sign(alice, payment());
  expect(network.chain.submit(first).type).toBe("accepted");
  expect(network.chain.submit(first).type).toBe("accepted");
  const other = network.sign(alice, payment(2n));
  expect(network.chain.submit(other)).toEqual({ type: "invalidUpdate", message: "Failed to update gas price to 0" });
  expect(submit({ gasUnitPrice: 1n }).type).toBe("accepted");
  network.chain.produceBlock();
  expect(network.chain.sequenceNumberOf(alice.address)).toBe(1n);
});

test("a rotated account takes its new key, of several signers, and no longer the old one", () => {
  const seeds = ["one", "two", "three"].map((name) => sha3_256(utf8(name)));
  const publicKey = { publicKeys: seeds.map(publicKeyOf), threshold: 2 };
  const rotation = rotateAuthenticationKeyCall(multiEd25519AuthenticationKey(publicKey));
  network.execute(network.sign(alice, scriptFunctionPayload(rotation)));
  expect(submit({})).toMatchObject({ status: "INVALID_AUTH_KEY" });
  const { rawTransaction } = network.sign(alice, payment());
  const signWith = (...indices: readonly number[]) =>
    signTransaction(rawTransaction, {
      type: "multiEd25519",
      publicKey,
      seeds: indices.map((i) => [i, seeds[i] ?? EMPTY] as const),
    });
  expect(network.chain.submit(signWith(0))).toMatchObject({ status: "INVALID_SIGNATURE" });
  expect(network.execute(signWith(0, 2)).status.type).toBe("executed");
});
