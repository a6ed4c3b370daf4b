import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { beforeEach, describe, expect, test } from "vitest";
import { createTestNetwork, type TestAccount, type TestNetwork } from "./test-network.js";

const EMPTY = new Uint8Array();
const NOW = 1_700_000_000n;

let network: TestNetwork;
let alice: TestAccount;
let bob: TestAccount;
beforeEach(() => {
  network = createTestNetwork();
  alice = network.fund("alice", 10_000_000n);
  bob = network.fund("bob", 1_000_000n);
});

const pay = (sender: TestAccount, sequenceNumber: bigint, changes: Partial<RawTransaction> = {}) => {
  const payment = { currency: "XUS", payee: bob.address, amount: 1n, metadata: EMPTY, metadataSignature: EMPTY };
  return network.sign(sender, peerToPeer(payment), { sequenceNumber, ...changes });
};
const submit = (sequenceNumber: bigint, changes?: Partial<RawTransaction>) =>
  network.chain.submit(pay(alice, sequenceNumber, changes));
const produce = (): bigint => {
  network.chain.produceBlock();
  return network.chain.sequenceNumberOf(alice.address);
};
const numbers = (first: bigint, count: number): readonly bigint[] =>
  Array.from({ length: count }, (_, i) => first + BigInt(i));

test("the same bytes again are accepted, other bytes for the number are refused", () => {
  expect(submit(0n).type).toBe("accepted");
  expect(submit(0n)).toEqual({ type: "accepted" });
  expect(submit(0n, { maxGasAmount: 999_999n })).toEqual({
    type: "invalidUpdate",
    message: "Failed to update gas price to 0",
  });
  expect(network.chain.pending()).toBe(1);
});

test("a hundred wait of one sender: any other is refused, the lowest, too", () => {
  for (const number of numbers(1n, 100)) expect(submit(number).type).toBe("accepted");
  const refusal = { type: "tooMany", message: "txns length: 100 capacity per user: 100" };
  expect(submit(101n)).toEqual(refusal);
  expect(submit(0n)).toEqual(refusal);
  expect(submit(50n)).toEqual({ type: "accepted" });
  expect(submit(50n, { gasUnitPrice: 1n })).toEqual({ type: "accepted" });
  expect(network.chain.pending()).toBe(100);
  expect(produce()).toBe(0n);
  network.chain.faults.drop(alice.address, 100n);
  expect(submit(0n).type).toBe("accepted");
  expect(produce()).toBe(100n);
});

test("what waits behind an expired number stays, and runs once that is signed again", () => {
  expect(submit(0n, { expirationTimestampSecs: NOW + 10n }).type).toBe("accepted");
  network.chain.faults.hold(alice.address);
  for (const number of numbers(1n, 5)) submit(number);
  network.wait(10);
  expect(produce()).toBe(0n);
  network.chain.faults.include(alice.address);
  expect(produce()).toBe(0n);
  expect(network.chain.pending()).toBe(5);
  expect(submit(0n, { expirationTimestampSecs: NOW + 10n })).toEqual({
    type: "refused",
    status: "TRANSACTION_EXPIRED",
  });
  expect(submit(0n).type).toBe("accepted");
  expect(produce()).toBe(6n);
});

test("an expired number isn't carried into a block, whoever waits behind it", () => {
  submit(0n, { expirationTimestampSecs: NOW + 10n });
  for (const number of numbers(1n, 5)) submit(number);
  network.wait(11);
  expect(produce()).toBe(0n);
  expect(network.chain.pending()).toBe(5);
});

test("whatever has waited for ten minutes is dropped", () => {
  const expirationTimestampSecs = NOW + 10_000n;
  submit(1n, { expirationTimestampSecs });
  network.wait(599);
  submit(2n, { expirationTimestampSecs });
  produce();
  expect(network.chain.pending()).toBe(2);
  network.wait(1);
  produce();
  expect(network.chain.pending()).toBe(1);
});

test("all of a sender's are forgotten once a block discards one", () => {
  for (const number of [0n, 1n, 10n]) submit(number);
  network.chain.submit(pay(bob, 1n));
  network.chain.faults.hold(alice.address);
  network.association.freeze(alice.address);
  network.chain.faults.include(alice.address);
  expect(produce()).toBe(0n);
  expect(network.chain.pending()).toBe(1);
  network.association.unfreeze(alice.address);
  expect(produce()).toBe(0n);
});

test("those of a sender that is held are accepted and left out, others aren't", () => {
  network.chain.faults.hold(alice.address);
  expect(submit(0n).type).toBe("accepted");
  network.chain.submit(pay(bob, 0n));
  expect([network.chain.isBusy(), produce(), network.chain.isBusy()]).toEqual([true, 0n, false]);
  expect(network.chain.sequenceNumberOf(bob.address)).toBe(1n);
  network.chain.faults.include(alice.address);
  expect([network.chain.isBusy(), produce()]).toEqual([true, 1n]);
});

test("one, or all, of a sender's can be dropped", () => {
  for (const number of numbers(0n, 4)) submit(number);
  expect(network.chain.faults.drop(alice.address, 1n)).toBe(1);
  expect(network.chain.faults.drop(alice.address, 1n)).toBe(0);
  expect(produce()).toBe(1n);
  expect(network.chain.faults.drop(alice.address)).toBe(2);
  expect(network.chain.pending()).toBe(0);
});

describe("in a block that holds few", () => {
  const executed = (limit: number) => {
    network.chain.produceBlock({ limit });
    return [network.chain.sequenceNumberOf(alice.address), network.chain.sequenceNumberOf(bob.address)];
  };

  test("the higher price comes first", () => {
    submit(0n);
    network.chain.submit(pay(bob, 0n, { gasUnitPrice: 1n, maxGasAmount: 1000n }));
    expect(executed(1)).toEqual([0n, 1n]);
    expect(executed(1)).toEqual([1n, 1n]);
  });

  test("a price doesn't carry a number past those before it", () => {
    submit(0n);
    submit(1n, { gasUnitPrice: 1n, maxGasAmount: 1000n });
    network.wait(1);
    network.chain.submit(pay(bob, 0n));
    expect(executed(2)).toEqual([2n, 0n]);
  });
});
