import { type AbortCategory, abortCode } from "@pdiem/chain-formats/diem/transactions/abort-code";
import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import type { SignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { readBalance } from "@pdiem/light-client/diem/state/resources/diem-account";
import { authenticationKeyPrefix } from "@pdiem/light-client/diem/transactions/authentication-key";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { createTestNetwork, type TestAccount, type TestNetwork, testAccount } from "./test-network.js";
import { DIEM_ROOT, TREASURY_COMPLIANCE, VM_RESERVED } from "./well-known-addresses.js";

const EMPTY = new Uint8Array();
const MAX_U64 = (1n << 64n) - 1n;
const LIMIT = 1_000_000_000n;
const BALANCE = 5n * LIMIT;

let network: TestNetwork;
let custody: TestAccount;
let payee: TestAccount;
let frozen: TestAccount;
let xdxOnly: TestAccount;
beforeEach(() => {
  network = createTestNetwork();
  custody = network.fund("custody", BALANCE);
  payee = network.fund("payee", 0n);
  frozen = network.fund("frozen", 0n);
  network.association.freeze(frozen.address);
  xdxOnly = testAccount("XDX only");
  network.association.createParentVasp({
    address: xdxOnly.address,
    authenticationKeyPrefix: authenticationKeyPrefix(xdxOnly.authenticationKey),
    humanName: "XDX only",
    currency: "XDX",
    allCurrencies: false,
  });
});

interface Payout {
  readonly payee: AccountAddress;
  readonly amount?: bigint;
  readonly currency?: string;
  readonly metadata?: Uint8Array;
}

const signPayout = (index: bigint, payout: Payout, changes: Partial<RawTransaction> = {}): SignedTransaction => {
  const payment = { currency: "XUS", amount: 7n, metadata: EMPTY, metadataSignature: EMPTY, ...payout };
  return network.sign(custody, peerToPeer(payment), { sequenceNumber: index, ...changes });
};

const isPayable = ({ payee: to, amount }: Payout): boolean =>
  (to === payee.address || to === custody.address) && amount === undefined;

/**
 * What became of custody's transaction with that number: its status, and the payments that it
 * announced.
 */
const outcomeOf = (index: bigint) => {
  const { store } = network.chain;
  const version = store.transactionOf(custody.address, index);
  if (version === undefined) return undefined;
  return { status: store.infoAt(version).status, payments: store.eventsAt(version).map(readPayment) };
};

const aborted = (module: string, category: AbortCategory, reason: bigint) => ({
  status: { type: "moveAbort", value: { location: { value: { name: module } }, code: abortCode(category, reason) } },
  payments: [],
});

const shuffled = <T>(list: readonly T[], seed: number): readonly T[] =>
  fc.sample(fc.shuffledSubarray([...list], { minLength: list.length }), { seed, numRuns: 1 })[0] ?? list;

describe("PROTOCOL 4: a payout that can't be made aborts and uses its number", () => {
  const absent = () => testAccount("absent").address;
  test.each<readonly [string, () => Payout, ReturnType<typeof aborted>]>([
    ["the payee is absent", () => ({ payee: absent() }), aborted("DiemAccount", "notPublished", 17n)],
    ["the payee is frozen", () => ({ payee: frozen.address }), aborted("AccountFreezing", "invalidState", 5n)],
    [
      "the payee lacks the currency",
      () => ({ payee: xdxOnly.address }),
      aborted("DiemAccount", "invalidArgument", 18n),
    ],
    [
      "it needs a dual attestation",
      () => ({ payee: payee.address, amount: LIMIT }),
      aborted("DualAttestation", "invalidArgument", 3n),
    ],
    [
      "custody's balance is short",
      () => ({ payee: payee.address, amount: BALANCE + 1n }),
      aborted("DiemAccount", "limitExceeded", 5n),
    ],
    [
      "the amount is absurd",
      () => ({ payee: payee.address, amount: MAX_U64 }),
      aborted("DiemAccount", "limitExceeded", 5n),
    ],
    ["the amount is zero", () => ({ payee: payee.address, amount: 0n }), aborted("DiemAccount", "invalidArgument", 2n)],
  ])("where %s", (_reason, payout, expected) => {
    expect(network.chain.submit(signPayout(0n, payout())).type).toBe("accepted");
    expect(network.chain.submit(signPayout(1n, { payee: payee.address })).type).toBe("accepted");
    network.chain.produceBlock();
    expect(outcomeOf(0n)).toMatchObject(expected);
    expect(outcomeOf(1n)).toMatchObject({ status: { type: "executed" } });
    expect(network.chain.sequenceNumberOf(custody.address)).toBe(2n);
  });

  test("where a currency is missing on custody", () => {
    custody = xdxOnly;
    network.chain.submit(signPayout(0n, { payee: payee.address }));
    network.chain.produceBlock();
    expect(outcomeOf(0n)).toMatchObject(aborted("DiemAccount", "notPublished", 19n));
  });

  test("where the payee is frozen between submission and block", () => {
    network.chain.faults.hold(custody.address);
    network.chain.submit(signPayout(0n, { payee: payee.address }));
    network.association.freeze(payee.address);
    network.chain.faults.include(custody.address);
    network.chain.produceBlock();
    expect(outcomeOf(0n)).toMatchObject(aborted("AccountFreezing", "invalidState", 5n));
  });
});

test("PROTOCOL 4: nothing in a release has its payment discarded", () => {
  const payees = [payee, frozen, xdxOnly, custody].map(({ address }) => address);
  const known = fc.constantFrom(...payees, DIEM_ROOT, TREASURY_COMPLIANCE, VM_RESERVED);
  const anyone = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const release = fc.record({
    payee: fc.oneof(known, anyone),
    amount: fc.oneof(fc.bigInt({ min: 0n, max: 10n }), fc.bigInt({ min: 0n, max: MAX_U64 })),
    currency: fc.constantFrom("XUS", "XDX"),
    toSubaddress: fc.option(fc.uint8Array({ minLength: 8, maxLength: 8 }), { nil: undefined }),
    referencedEvent: fc.option(fc.bigInt({ min: 0n, max: MAX_U64 }), { nil: undefined }),
  });
  let index = 0n;
  fc.assert(
    fc.property(release, ({ toSubaddress, referencedEvent, ...payout }) => {
      const fromSubaddress = new Uint8Array(8).fill(255);
      const value = { toSubaddress, fromSubaddress, referencedEvent };
      const metadata = encodeMetadata({ type: "general", value });
      expect(network.chain.submit(signPayout(index, { ...payout, metadata })).type).toBe("accepted");
      network.chain.produceBlock();
      expect(["executed", "moveAbort"]).toContain(outcomeOf(index)?.status.type);
      index += 1n;
    }),
    { numRuns: 200 },
  );
});

test("PROTOCOL 4: an expired payout leaves its number unused, and is signed again", () => {
  const expired = signPayout(0n, { payee: payee.address }, { expirationTimestampSecs: 1_700_000_010n });
  network.chain.faults.hold(custody.address);
  network.chain.submit(expired);
  for (const index of [1n, 2n, 3n]) network.chain.submit(signPayout(index, { payee: payee.address }));
  network.wait(10);
  network.chain.produceBlock();
  network.chain.faults.include(custody.address);
  network.chain.produceBlock();
  expect([network.chain.sequenceNumberOf(custody.address), network.chain.pending()]).toEqual([0n, 3]);
  expect(network.chain.submit(expired)).toEqual({ type: "refused", status: "TRANSACTION_EXPIRED" });
  network.chain.submit(signPayout(0n, { payee: payee.address }));
  network.chain.produceBlock();
  expect(network.chain.sequenceNumberOf(custody.address)).toBe(4n);
});

test.each([1, 2, 3])("60 payouts submitted in random order are all used: paid or aborted (order %i)", (seed) => {
  const kinds: readonly Payout[] = [
    { payee: payee.address },
    { payee: custody.address },
    { payee: testAccount("absent").address },
    { payee: frozen.address },
    { payee: xdxOnly.address },
    { payee: payee.address, amount: LIMIT },
    { payee: payee.address, amount: MAX_U64 },
    { payee: payee.address, amount: 0n },
  ];
  const payouts = Array.from(
    { length: 60 },
    (_, i) => kinds[i < 12 ? 0 : i % kinds.length] ?? { payee: payee.address },
  );
  const signed = payouts.map((payout, i) => signPayout(BigInt(i), payout));
  for (const transaction of shuffled(signed, seed))
    expect(network.chain.submit(transaction)).toEqual({ type: "accepted" });
  network.chain.produceBlock();
  expect([network.chain.sequenceNumberOf(custody.address), network.chain.pending()]).toEqual([60n, 0]);
  const outcomes = payouts.map((_, i) => outcomeOf(BigInt(i)));
  const paid = outcomes.flatMap((outcome, i) => (outcome?.status.type === "executed" ? [i] : []));
  expect(paid).toEqual(payouts.flatMap((payout, i) => (isPayable(payout) ? [i] : [])));
  expect(paid).toHaveLength(24);
  for (const [i, outcome] of outcomes.entries())
    expect(outcome?.payments.map((payment) => payment?.direction)).toEqual(
      paid.includes(i) ? ["sent", "received"] : [],
    );
  const state = network.chain.store.accountAt(custody.address, network.chain.store.version()) ?? [];
  const toOthers = paid.filter((i) => payouts[i]?.payee === payee.address).length;
  expect(readBalance(state, "XUS")).toBe(BALANCE - 7n * BigInt(toOthers));
});
