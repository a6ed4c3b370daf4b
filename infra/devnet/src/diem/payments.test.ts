import { type AbortCategory, abortCode } from "@pdiem/chain-formats/diem/transactions/abort-code";
import {
  addCurrencyToAccountCall,
  childOf,
  createChildVaspAccountCall,
  rotateDualAttestationInfoCall,
} from "@pdiem/chain-formats/diem/transactions/account-calls";
import { legacyScriptPayload, scriptFunctionPayload } from "@pdiem/chain-formats/diem/transactions/framework-call";
import {
  peerToPeer,
  peerToPeerBySignersCall,
  peerToPeerCall,
} from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import { signMultiAgentTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import type { TransactionInfo } from "@pdiem/light-client/diem/proofs/transaction-info";
import { signDualAttestation } from "@pdiem/light-client/diem/state/dual-attestation";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { readBalance, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { beforeEach, expect, test } from "vitest";
import { createTestNetwork, type TestAccount, type TestNetwork, testAccount } from "./test-network.js";
import { DESIGNATED_DEALER } from "./well-known-addresses.js";

const EMPTY = new Uint8Array();
const LIMIT = 1_000_000_000n;

let network: TestNetwork;
let alice: TestAccount;
let bob: TestAccount;
beforeEach(() => {
  network = createTestNetwork();
  alice = network.fund("alice", 5n * LIMIT);
  bob = network.fund("bob", 0n);
});

const state = (account: TestAccount) =>
  network.chain.store.accountAt(account.address, network.chain.store.version()) ?? [];
const xus = (account: TestAccount): bigint | undefined => readBalance(state(account), "XUS");
const sequence = (account: TestAccount): bigint => network.chain.sequenceNumberOf(account.address);

const expectAbort = (info: TransactionInfo, module: string, category: AbortCategory, reason: bigint): void => {
  expect(info.status).toMatchObject({
    type: "moveAbort",
    value: { location: { value: { name: module } }, code: abortCode(category, reason) },
  });
};

test("a payment moves the amount and tells both sides", () => {
  const info = network.pay(alice, { payee: bob.address, amount: 7n, metadata: utf8("hello") });
  expect(info.status.type).toBe("executed");
  expect([xus(alice), xus(bob)]).toEqual([5n * LIMIT - 7n, 7n]);
  const events = network.chain.store.eventsAt(network.chain.store.version());
  expect(events.map(readPayment)).toMatchObject([
    { direction: "sent", payer: alice.address, payee: bob.address, amount: 7n, currency: "XUS" },
    { direction: "received", payer: alice.address, payee: bob.address, metadata: utf8("hello") },
  ]);
  expect(readDiemAccount(state(bob))?.receivedEvents.count).toBe(1n);
});

test("an aborted payment uses its sequence number and changes nothing else", () => {
  const before = [xus(alice), sequence(alice)];
  const info = network.pay(alice, { payee: bob.address, amount: 0n });
  expectAbort(info, "DiemAccount", "invalidArgument", 2n);
  expect([xus(alice), sequence(alice)]).toEqual([before[0], (before[1] as bigint) + 1n]);
  expect(network.chain.store.eventsAt(network.chain.store.version())).toEqual([]);
});

test("payments abort for the first thing that is wrong, in the framework's order", () => {
  const nobody = testAccount("nobody").address;
  expectAbort(network.pay(alice, { payee: bob.address, amount: 6n * LIMIT }), "DiemAccount", "limitExceeded", 5n);
  expectAbort(network.pay(alice, { payee: nobody }), "DiemAccount", "notPublished", 17n);
  expectAbort(network.pay(alice, { payee: nobody, amount: 0n }), "DiemAccount", "invalidArgument", 2n);
  expectAbort(network.pay(alice, { payee: nobody, currency: "XDX" }), "DiemAccount", "limitExceeded", 5n);
  expectAbort(network.pay(alice, { payee: bob.address, amount: LIMIT }), "DualAttestation", "invalidArgument", 3n);
  network.association.freeze(bob.address);
  expectAbort(network.pay(alice, { payee: bob.address, amount: 0n }), "AccountFreezing", "invalidState", 5n);
  network.association.unfreeze(bob.address);
  expect(network.pay(alice, { payee: bob.address }).status.type).toBe("executed");
});

test("large payments need the payee's attestation, and take a valid one", () => {
  const compliance = testAccount("bob's compliance officer");
  const attested = { payee: bob.address, amount: LIMIT, metadata: utf8("travel rule") };
  const signature = signDualAttestation(compliance.seed, attested.metadata, alice.address, LIMIT);
  const pay = (metadataSignature: Uint8Array) => network.pay(alice, { ...attested, metadataSignature });
  expectAbort(pay(signature), "DualAttestation", "invalidState", 5n);
  const info = rotateDualAttestationInfoCall(utf8("https://bob.example"), publicKeyOf(compliance.seed));
  expect(network.execute(network.sign(bob, scriptFunctionPayload(info))).status.type).toBe("executed");
  expectAbort(pay(signature.with(0, 1)), "DualAttestation", "invalidArgument", 4n);
  expectAbort(pay(signature.subarray(1)), "DualAttestation", "invalidArgument", 3n);
  expect(pay(signature).status.type).toBe("executed");
});

test("a payment that the payee signs too needs no attestation", () => {
  const { rawTransaction } = network.sign(alice, scriptFunctionPayload(peerToPeerBySignersCall("XUS", LIMIT, EMPTY)));
  const both = { rawTransaction, secondarySignerAddresses: [bob.address] };
  const signer = ({ seed }: TestAccount) => ({ type: "ed25519", seed }) as const;
  const info = network.execute(signMultiAgentTransaction(both, signer(alice), [signer(bob)]));
  expect([info.status.type, xus(bob)]).toEqual(["executed", LIMIT]);
});

test("dealers, and accounts of one VASP among themselves, need no attestation", () => {
  const child = testAccount("alice's child");
  const call = createChildVaspAccountCall({
    currency: "XUS",
    ...childOf(child.authenticationKey),
    addAllCurrencies: false,
    childInitialBalance: 2n * LIMIT,
  });
  expect(network.execute(network.sign(alice, scriptFunctionPayload(call))).status.type).toBe("executed");
  expect(network.pay(child, { payee: alice.address, amount: LIMIT }).status.type).toBe("executed");
  expect(network.association.mint(bob.address, "XUS", LIMIT).status.type).toBe("executed");
  expect(network.pay(bob, { payee: DESIGNATED_DEALER, amount: LIMIT }).status.type).toBe("executed");
});

test("a child has only the currency that it was made with, until it adds another", () => {
  const child = testAccount("alice's child");
  const account = { currency: "XUS", ...childOf(child.authenticationKey), addAllCurrencies: false };
  const creation = createChildVaspAccountCall({ ...account, childInitialBalance: 10n });
  network.execute(network.sign(alice, scriptFunctionPayload(creation)));
  expectAbort(network.pay(child, { payee: bob.address, currency: "XDX" }), "DiemAccount", "notPublished", 19n);
  const addXdx = scriptFunctionPayload(addCurrencyToAccountCall("XDX"));
  expect(network.execute(network.sign(child, addXdx)).status.type).toBe("executed");
  expectAbort(network.execute(network.sign(child, addXdx)), "DiemAccount", "alreadyPublished", 15n);
  expectAbort(network.pay(child, { payee: bob.address, currency: "XDX" }), "DiemAccount", "limitExceeded", 5n);
});

test("only treasury compliance makes parent VASPs, and only they make children", () => {
  const child = testAccount("bob's child");
  const call = createChildVaspAccountCall({
    currency: "XUS",
    ...childOf(child.authenticationKey),
    addAllCurrencies: true,
    childInitialBalance: 0n,
  });
  network.execute(network.sign(bob, scriptFunctionPayload(call)));
  const again = network.execute(network.sign(bob, scriptFunctionPayload(call)));
  expectAbort(again, "Roles", "alreadyPublished", 0n);
  const grandchild = { ...call, args: call.args.with(0, { type: "address", value: testAccount("x").address }) };
  expectAbort(network.execute(network.sign(child, scriptFunctionPayload(grandchild))), "Roles", "requiresRole", 3n);
});

test("legacy scripts pay as script functions do", () => {
  const call = peerToPeerCall({
    currency: "XUS",
    payee: bob.address,
    amount: 3n,
    metadata: EMPTY,
    metadataSignature: EMPTY,
  });
  const info = network.execute(network.sign(alice, legacyScriptPayload(call)));
  expect(info.status.type).toBe("executed");
  expect(info.gasUsed).toBe(450n);
  expect(xus(bob)).toBe(3n);
});

test("the fee goes to treasury compliance, also for an aborted payment", () => {
  const payment = { currency: "XUS", payee: bob.address, metadata: EMPTY, metadataSignature: EMPTY };
  const paid = network.execute(network.sign(alice, peerToPeer({ ...payment, amount: 5n }), { gasUnitPrice: 2n }));
  expect(xus(alice)).toBe(5n * LIMIT - 5n - 2n * paid.gasUsed);
  const aborted = network.execute(network.sign(alice, peerToPeer({ ...payment, amount: 0n }), { gasUnitPrice: 2n }));
  expect(xus(alice)).toBe(5n * LIMIT - 5n - 2n * (paid.gasUsed + aborted.gasUsed));
});

test("too little gas is used up together with the sequence number", () => {
  const payment = { currency: "XUS", payee: bob.address, amount: 5n, metadata: EMPTY, metadataSignature: EMPTY };
  const info = network.execute(network.sign(alice, peerToPeer(payment), { maxGasAmount: 1n }));
  expect([info.status.type, info.gasUsed, xus(bob), sequence(alice)]).toEqual(["outOfGas", 1n, 0n, 1n]);
});

test("a function that doesn't exist is kept as a miscellaneous error", () => {
  const call = scriptFunctionPayload(addCurrencyToAccountCall("XUS"));
  if (call.type !== "scriptFunction") throw new Error("expected a script function");
  const unknown = { ...call, value: { ...call.value, function: "no_such_function" } };
  expect(network.execute(network.sign(alice, unknown)).status.type).toBe("miscellaneousError");
});
