import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { signedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { beforeEach, expect, test } from "vitest";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../test-network.js";
import { handleRequest } from "./handler.js";

const EMPTY = new Uint8Array();

let network: TestNetwork;
let alice: TestAccount;
let bob: TestAccount;
beforeEach(() => {
  network = createTestNetwork();
  alice = network.fund("alice", 1_000n);
  bob = network.fund("bob", 0n);
});

const call = (method: string, params: unknown): unknown =>
  JSON.parse(handleRequest(network.chain, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })).body);

const submit = (sequenceNumber: bigint, amount = 1n, changes: Partial<RawTransaction> = {}): unknown => {
  const payment = { currency: "XUS", payee: bob.address, amount, metadata: EMPTY, metadataSignature: EMPTY };
  const signed = network.sign(alice, peerToPeer(payment), { sequenceNumber, ...changes });
  return call("submit", [toHex(encode(signedTransaction, signed))]);
};

const ACCEPTED = { result: null };
const refused = (code: number, message: string, data: unknown = null) => ({
  error: { code, message: `Server error: ${message}`, data },
});

test("a number may wait for those before it, and be submitted again; other bytes for it are refused", () => {
  expect(submit(1n)).toMatchObject(ACCEPTED);
  expect(submit(1n)).toMatchObject(ACCEPTED);
  expect(submit(1n, 2n)).toMatchObject(refused(-32010, 'Mempool submission error: "Failed to update gas price to 0"'));
});

test("a hundred may wait of one account, and no other: not even the lowest", () => {
  for (let number = 1n; number <= 100n; number++) expect(submit(number)).toMatchObject(ACCEPTED);
  const tooMany = refused(-32009, 'Mempool submission error: "txns length: 100 capacity per user: 100"');
  expect(submit(101n)).toMatchObject(tooMany);
  expect(submit(0n)).toMatchObject(tooMany);
});

test("an expired one is refused, and one whose number is used", () => {
  expect(submit(0n, 1n, { expirationTimestampSecs: 1_700_000_000n })).toMatchObject(
    refused(-32001, "VM Validation error: TRANSACTION_EXPIRED", { StatusCode: 6 }),
  );
  submit(0n);
  network.chain.produceBlock();
  expect(submit(0n)).toMatchObject(refused(-32001, "VM Validation error: SEQUENCE_NUMBER_TOO_OLD", { StatusCode: 3 }));
});

test("an account tells its next number, and what is at each before it, with its events", () => {
  for (const [number, amount] of [1n, 2_000n, 0n, 5n].entries()) submit(BigInt(number), amount);
  network.chain.produceBlock();
  const address = toHex(alice.address);
  expect(call("get_account", [address])).toMatchObject({ result: { sequence_number: 4 } });
  const paid = (amount: number) => ({
    vm_status: { type: "executed" },
    events: [{ data: { type: "sentpayment", amount: { amount } } }, { data: { type: "receivedpayment" } }],
  });
  const aborted = (reason: string) => ({ vm_status: { type: "move_abort", explanation: { reason } }, events: [] });
  expect(call("get_account_transactions", [address, 0, 10, true])).toMatchObject({
    result: [paid(1), aborted("EINSUFFICIENT_BALANCE"), aborted("ECOIN_DEPOSIT_IS_ZERO"), paid(5)],
  });
  expect(call("get_account_transaction", [address, 3, true])).toMatchObject({
    result: { ...paid(5), transaction: { sequence_number: 3, sender: address } },
  });
  expect(call("get_account_transaction", [address, 4, true])).toMatchObject({ result: null });
});
