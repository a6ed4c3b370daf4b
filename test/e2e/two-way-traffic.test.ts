import { randomBytes } from "node:crypto";
import { readPaidRelease } from "@pdiem/bridge/deposit/destination";
import { releaseSubaddress } from "@pdiem/bridge/deposit/subaddress";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { readEvent, sentPaymentEvent } from "@pdiem/light-client/diem/state/event-data";
import {
  addressAtCreation,
  authenticationKeyPrefix,
  ed25519AuthenticationKey,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveCustody, provePayments } from "@pdiem/relayer/chains/diem/payments";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import type { TransferView } from "@pdiem/relayer/views/transfer-view";
import type { WaitingView } from "@pdiem/relayer/views/waiting-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { depositAddressOf, metadataFor, rawFor } from "./support/relayed-bridge.js";
import { RPC_BOUNDS } from "./support/rpc.js";
import { sized } from "./support/soak.js";
import {
  paymentText,
  startTraffic,
  type Traffic,
  untilView,
  WITHDRAWAL_FEE,
  withdrawalId,
  withdrawalTo,
} from "./support/traffic.js";
import { createPeople, startTwoWayBridge, type TwoWayBridge } from "./support/two-way-bridge.js";
import { createHolder, type Holder, type Sent } from "./support/withdrawals.js";

/** Without anything odd about them, in each direction. */
const PLAIN = sized({ quick: 12, full: 184 });
const ROUNDS = 4;
/** Fifteen of the parachain's blocks: what is kept back has expired by then. */
const MAX_SKEW = 90_000;
const PLAIN_DEPOSIT = 1_000_000n;
const PLAIN_WITHDRAWAL = 500_000n;
const MINIMUM = 100_000n;
const MAXIMUM = 500_000_000n;
/** Too short to name a beneficiary. */
const NOBODY = new Uint8Array(1);
/** Deposits of the maximum, for the two who withdraw. */
const WRAPPED = 6n;
/** A version at which custody paid nobody. */
const NOBODYS_VERSION = 1;
const ABOVE_MAXIMUM = 600_000_000n;
const OVERFILLED = [300_000_000n, 400_000_000n] as const;
/**
 * What is left of either window, more or less, when the last transfer of each way asks for the
 * maximum.
 */
const LEFT_OVER = 250_000_000n;
/** A window that doesn't end while this runs. */
const DECADE = "315360000000";

let bridge: TwoWayBridge;
let holder: Holder;
let stranger: Holder;
let traffic: Traffic;
let payees: readonly DiemWallet[];

const released = ABOVE_MAXIMUM + OVERFILLED[0] + OVERFILLED[1] + BigInt(PLAIN) * PLAIN_WITHDRAWAL;

beforeAll(async () => {
  bridge = await startTwoWayBridge({
    limits: {
      maxSkew: String(MAX_SKEW),
      currencies: DEFAULT_LIMITS.currencies.map((currency) => ({
        ...currency,
        windows: {
          mint: { length: DECADE, amount: String(WRAPPED * MAXIMUM + BigInt(PLAIN) * PLAIN_DEPOSIT + LEFT_OVER) },
          release: { length: DECADE, amount: String(released + LEFT_OVER) },
          refund: { length: DECADE, amount: String(10n * MAXIMUM) },
        },
      })),
    },
  });
  holder = await createHolder(bridge);
  stranger = await createHolder(bridge, "//Stranger");
  traffic = startTraffic(bridge);
  payees = createPeople(bridge, 8);
});

afterAll(async () => {
  await holder?.close();
  await stranger?.close();
  await bridge?.stop();
});

const payeeAt = (i: number): DiemWallet => {
  const payee = payees[i % payees.length];
  if (payee === undefined) throw new RangeError("expected a payee");
  return payee;
};

/** In batches that a block takes, each told of by remarks. */
const sendAll = async (from: Holder, sent: readonly Sent[]): Promise<void> => {
  for (let at = 0; at < sent.length; at += 25) {
    const some = sent.slice(at, at + 25);
    await from.sendTold(some);
    for (const { amount } of some) traffic.spend(from.account, amount);
  }
};

/** On Diem, without the currency that is withdrawn. */
const createPayeeWithoutXus = (): Uint8Array => {
  const key = ed25519AuthenticationKey(publicKeyOf(randomBytes(32)));
  const address = addressAtCreation(key);
  const { status } = bridge.chains.diem.association.createParentVasp({
    address,
    authenticationKeyPrefix: authenticationKeyPrefix(key),
    humanName: "Without XUS",
    currency: "XDX",
    allCurrencies: false,
  });
  expect(status.type).toBe("executed");
  return address;
};

const backTo = (release: number): Uint8Array =>
  encodeMetadata({
    type: "general",
    value: { toSubaddress: releaseSubaddress(BigInt(release)), fromSubaddress: undefined, referencedEvent: undefined },
  });

const refundOf = (version: number): Uint8Array =>
  encodeMetadata({
    type: "refund",
    value: { transactionVersion: BigInt(version), reason: "userInitiatedFullRefund" },
  });

/**
 * Custody's payments, each proven in its place: the release that it pays, its payee and its
 * amount.
 */
const provePaid = async () => {
  const { config, chains } = bridge;
  const client = createDiemClient(createEndpoints([chains.diem.url]), RPC_BOUNDS);
  const { state, account } = await proveCustody(client, initialLightClientState(config).diem, config.diem);
  const { key, count } = account.sentEvents;
  const events = await provePayments(client, state, config.diem.chainId, key, { from: 0n, to: count });
  return events.map(({ event }) => {
    const { payee, amount, metadata } = readEvent(event, sentPaymentEvent);
    return { release: readPaidRelease(metadata), text: paymentText(payee, amount) };
  });
};

const oddDeposits = async (): Promise<void> => {
  const registered = randomBytes(32);
  const [address = ""] = await bridge.register([registered]);
  await traffic.deposit(registered, PLAIN_DEPOSIT, metadataFor(address));
  await traffic.depositRefunded(700_000n, NOBODY);
  await traffic.depositRefunded(MINIMUM - 1n, rawFor(randomBytes(32)));
  await traffic.depositRefunded(MAXIMUM + 1n, rawFor(randomBytes(32)));
  await traffic.depositRefunded(800_000n, metadataFor(depositAddressOf(999n)));
  await traffic.depositKept(20_000n, NOBODY, bridge.payer);
  await traffic.depositKept(900_000n, NOBODY, bridge.child);
  await traffic.depositRefunded(900_000n, backTo(1_000_000));
};

/** Payees who can't be paid, and accounts that hold too little or too much. */
const oddWithdrawals = async (): Promise<void> => {
  const [frozen] = createPeople(bridge, 1);
  if (frozen === undefined) throw new RangeError("expected a payee");
  bridge.chains.diem.association.freeze(frozen.address);
  const unpayable = [
    randomBytes(16),
    frozen.address,
    createPayeeWithoutXus(),
    bridge.config.diem.custody,
    bridge.child.address,
  ];
  const small = withdrawalTo(payeeAt(0).address);
  const filledUp = withdrawalTo(payeeAt(1).address);
  const large = withdrawalTo(payeeAt(2).address);
  const overfilled = withdrawalTo(payeeAt(3).address);
  const [own, another] = OVERFILLED;
  await stranger.send({ preimage: overfilled, amount: another });
  await stranger.send({ preimage: filledUp, amount: 30_000n });
  traffic.spend(stranger.account, another + 30_000n);
  traffic.paid(overfilled, MAXIMUM);
  traffic.paid(overfilled, own + another - MAXIMUM, 1);
  traffic.paid(filledUp, MINIMUM);
  traffic.paid(large, MAXIMUM);
  traffic.paid(large, ABOVE_MAXIMUM - MAXIMUM, 1);
  await sendAll(holder, [
    ...unpayable.map((payee) => traffic.givenBack(withdrawalTo(payee), 400_000n)),
    // Nobody can pay the payee, nor the issuer receive what would be given back.
    traffic.waits(withdrawalTo(randomBytes(16), bridge.enclave().key), 400_000n, "a refund account that can receive"),
    traffic.waits(small, MINIMUM - 1n, "1 XUS more"),
    { preimage: filledUp, amount: MINIMUM - 30_000n },
    { preimage: large, amount: ABOVE_MAXIMUM },
    { preimage: overfilled, amount: own },
  ]);
};

/**
 * Payees frozen just before their payments reach the ledger, and a payment that is kept back. One
 * payee is somebody who is refunded and thawed later.
 */
const troubledPayouts = async (): Promise<void> => {
  const [refunded, once, forGood, late] = createPeople(bridge, 4);
  if (refunded === undefined || once === undefined || forGood === undefined || late === undefined)
    throw new RangeError("expected four payees");
  let keptBack: string | undefined;
  const { association } = bridge.chains.diem;
  const toFreeze = new Set([refunded, once, forGood].map(({ address }) => toHex(address)));
  bridge.gate.onSubmit((transaction) => {
    for (const payee of toFreeze)
      if (transaction.includes(payee)) {
        toFreeze.delete(payee);
        association.freeze(fromHex(payee));
      }
    if (!transaction.includes(toHex(late.address))) return "forward";
    keptBack ??= transaction;
    return transaction === keptBack ? "withhold" : "forward";
  });
  const place = traffic.deposits().length;
  await traffic.depositRefunded(700_000n, NOBODY, refunded);
  const withdrawals = [once, forGood].map(({ address }) => withdrawalTo(address));
  await sendAll(holder, [
    ...withdrawals.map((preimage) => traffic.aborted(preimage, PLAIN_WITHDRAWAL)),
    traffic.paid(withdrawalTo(late.address), PLAIN_WITHDRAWAL),
  ]);
  for (const preimage of withdrawals)
    await untilView(bridge, withdrawalId(bridge, preimage), ({ result }) => result !== undefined);
  association.unfreeze(once.address);
  await eventually(async () => {
    const { waiting } = await bridge.ask<WaitingView>("/api/v1/waiting");
    const views = waiting.filter(({ kind }) => kind === "release");
    return views.length === 1 && Number(views[0]?.transfer?.split("-")[1]) >= place ? true : undefined;
  });
  association.unfreeze(refunded.address);
};

/**
 * Payouts that come back, to the subaddress that they came from or as refunds, and what only seems
 * so.
 */
const returnedPayouts = async (): Promise<void> => {
  const [back] = createPeople(bridge, 1);
  if (back === undefined) throw new RangeError("expected a payee");
  const [one, two] = [randomBytes(32), randomBytes(32)];
  const [first, second] = [one, two].map((account) => withdrawalTo(back.address, account));
  if (!first || !second) throw new RangeError("expected two withdrawals");
  await sendAll(
    holder,
    [first, second].map((preimage) => traffic.paid(preimage, PLAIN_WITHDRAWAL)),
  );
  const payouts: { readonly release: number; readonly version: number }[] = [];
  for (const preimage of [first, second]) {
    const { payout } = await untilView(bridge, withdrawalId(bridge, preimage), ({ result }) => result !== undefined);
    payouts.push({ release: payout?.release ?? -1, version: Number(payout?.version) });
  }
  const [toFirst, toSecond] = payouts;
  if (!toFirst || !toSecond) throw new RangeError("expected two payouts");
  const amount = PLAIN_WITHDRAWAL - WITHDRAWAL_FEE;
  // Whoever pays it, and however much.
  await traffic.deposit(one, amount, backTo(toFirst.release), back);
  await traffic.deposit(one, MINIMUM / 2n, backTo(toFirst.release), payeeAt(0));
  await traffic.deposit(two, amount, refundOf(toSecond.version), back);
  await traffic.depositRefunded(amount, refundOf(NOBODYS_VERSION), back);
  // What came back is never sent back again.
  await traffic.depositKept(amount, backTo(await refundRelease()), back);
};

/** A release that pays a deposit back to its sender. */
const refundRelease = (): Promise<number> =>
  eventually(async () => {
    const { transfers } = await bridge.ask<{ transfers: readonly TransferView[] }>("/api/v1/transfers");
    return transfers.find(({ kind, payout }) => kind === "deposit" && payout?.state === "paid")?.payout?.release;
  });

const plainRound = async (round: number): Promise<void> => {
  const share = Math.ceil(PLAIN / ROUNDS);
  const places = Array.from({ length: Math.min(share, PLAIN - round * share) }, (_, i) => round * share + i);
  await Promise.all([
    ...places.map(() => traffic.deposit(randomBytes(32), PLAIN_DEPOSIT)),
    sendAll(
      holder,
      places.map((i) => traffic.paid(withdrawalTo(payeeAt(i).address), PLAIN_WITHDRAWAL)),
    ),
  ]);
};

const newEpochs = (): void => {
  bridge.chains.diem.association.nextEpoch();
  bridge.chains.relay.changeAuthorities();
};

const expectEnded = async (): Promise<void> => {
  for (const { id, end } of [...traffic.deposits(), ...traffic.withdrawals()]) {
    const { waitingFor: reason, ...rest } = end;
    const view = await untilView(bridge, id, ({ result, waitingFor, payout }) =>
      reason === undefined
        ? result !== undefined && (payout === undefined || ["paid", "ended"].includes(payout.state))
        : result === undefined && waitingFor?.includes(reason) === true,
    );
    expect(view).toMatchObject({ id, ...rest });
    expect([view.result, view.waitingFor].filter((one) => one !== undefined).length, id).toBe(1);
  }
};

describe("traffic in both directions, with every odd transfer among it", () => {
  it("ends each transfer in exactly one way, and covers what is owed at every state", async () => {
    for (let i = 0n; i < WRAPPED; i++) await traffic.deposit((i === 0n ? stranger : holder).account, MAXIMUM);
    const holders = [holder.account, stranger.account];
    const wrapped = holders.map((account) => traffic.totals().balances.get(toHex(account)));
    await eventually(async () => {
      const balances = await bridge.balances("XUS", holders);
      return balances.every((balance, i) => balance === wrapped[i]) ? true : undefined;
    });
    const started = Date.now();
    await Promise.all([plainRound(0), oddDeposits(), oddWithdrawals()]);
    newEpochs();
    await Promise.all([plainRound(1), returnedPayouts()]);
    newEpochs();
    await Promise.all([plainRound(2), troubledPayouts()]);
    newEpochs();
    await plainRound(3);
    await expectEnded();
    const paid = await provePaid();
    const seconds = (Date.now() - started) / 1000;
    await sendAll(holder, [traffic.waits(withdrawalTo(payeeAt(0).address), MAXIMUM, "room in the release window")]);
    await traffic.depositWaits(MAXIMUM, rawFor(randomBytes(32)), "room in the mint window");
    await expectEnded();

    const { supply, fees, surplus, balances, payments } = traffic.totals();
    expect(paid.map(({ text }) => text).sort()).toEqual(payments);
    expect(new Set(paid.map(({ release }) => release)).size).toBe(paid.length);
    const accounts = [...balances.keys()].map((account) => fromHex(account));
    expect(await bridge.balances("XUS", accounts)).toEqual([...balances.values()]);
    const { isCovered, currencies } = await bridge.reserves();
    expect(isCovered).toBe(true);
    expect(currencies[0]).toMatchObject({
      currency: "XUS",
      custody: String(supply + fees + surplus),
      supply: String(supply),
      // All is paid: what the ledger owes is what it hasn't folded.
      owed: currencies[0]?.paidSince,
      fees: String(fees),
      surplus: String(surplus),
      isCovered: true,
    });
    const { covered, short } = bridge.sampled();
    expect([...short]).toEqual([]);
    expect(covered.size).toBeGreaterThan(5);
    expect(await bridge.metric('pdiem_payouts_total{outcome="aborted"}')).toBe(3);
    // A slow machine may let others expire, too.
    expect(await bridge.metric('pdiem_payouts_total{outcome="expired"}')).toBeGreaterThanOrEqual(1);
    // One of each waits for good by now.
    for (const what of ["deposit_wait", "withdrawal_wait"])
      expect(await bridge.metric(`pdiem_oldest_${what}_seconds`), what).toBeGreaterThan(0);
    await eventually(async () =>
      (await bridge.metric('pdiem_jobs{queue="deposit",state="delayed"}')) === 1 ? true : undefined,
    );
    process.stdout.write(
      `${traffic.deposits().length} deposits and ${traffic.withdrawals().length} withdrawals in ${seconds.toFixed(0)} s, ` +
        `${paid.length} payouts; reserves proven at ${covered.size} blocks\n`,
    );
  }, 900_000);
});
