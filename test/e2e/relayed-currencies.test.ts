import { randomBytes } from "node:crypto";
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { DESIGNATED_DEALER } from "@pdiem/devnet/diem/well-known-addresses";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { call, eventually } from "@pdiem/devnet/testing/rpc";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { pinnedProfile } from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";
import type { ReservesView } from "@pdiem/relayer/views/reserves-view";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import type { TransferView } from "@pdiem/relayer/views/transfer-view";
import { isUsualWait } from "@pdiem/relayer/views/usual-wait";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyRedis } from "./support/empty-redis.js";
import { openDesk } from "./support/guardians.js";
import { pdiemDone } from "./support/pdiem.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { isUnderTest } from "./support/runtime-under-test.js";
import { DEPOSIT_FEE, REFUND_FEE, untilView, WITHDRAWAL_FEE } from "./support/traffic.js";
import { accountOf, createHolder, type Holder } from "./support/withdrawals.js";

const CURRENCIES = ["XUS", "XDX"] as const;
type Currency = (typeof CURRENCIES)[number];
const COINS = 1_000_000_000n;
const WRAPPED = 100_000_000n;
/**
 * Lower than what Diem starts with, 1000 XDX, and than the least that a payee of two least
 * withdrawals gets.
 */
const LOW_LIMIT = 90_000n;
const HIGH_LIMIT = 1_000_000_000n;

/** The devnet's own profile by its bytes, as one that has no name. */
const writtenOut = isUnderTest() ? {} : { profile: `0x${toHex(encode(pinnedProfile, STATEMINE_900))}` };

let bridge: RelayedBridge;
let holder: Holder;
let paid = 0;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    diem: { dealerXdx: 10n * COINS },
    limits: { parachain: writtenOut },
  });
  const { association } = bridge.chains.diem;
  expect(association.mint(bridge.payer.address, "XDX", COINS).status.type).toBe("executed");
  holder = await createHolder(bridge);
});

afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
});

/** @returns the transfer's id */
const deposit = async (currency: Currency, amount: bigint, metadata: Uint8Array): Promise<string> => {
  expect((await bridge.pay(currency, amount, metadata)).status).toBe("executed");
  return `deposit-${paid++}`;
};

const withdrawalId = (preimage: WithdrawalPreimage, currency: Currency, part = 0): string =>
  `withdrawal-${toHex(accountOf(bridge, preimage))}-${currency}-${part}`;

const ended = (id: string): Promise<TransferView> => untilView(bridge, id, ({ result }) => result !== undefined);

const payeeOf = (payee: Uint8Array, refundAccount: Uint8Array = randomBytes(32)): WithdrawalPreimage => ({
  payee,
  subaddress: randomBytes(8),
  refundAccount,
});

const newPayee = (): Uint8Array => createAccount(bridge.chains.diem, 0n, "A payee").address;

interface AccountView {
  readonly balances: readonly { readonly amount: number; readonly currency: string }[];
}

/** What an account holds on Diem. */
const holds = async (address: Uint8Array) => {
  const { balances } = (await call(bridge.chains.diem.url, "get_account", [toHex(address)])) as AccountView;
  return Object.fromEntries(balances.map(({ currency, amount }) => [currency, BigInt(amount)]));
};

const ledger = async () => (await bridge.ask<StatusView>("/api/v1/status")).ledger;

const feesAccrued = async (): Promise<readonly bigint[]> =>
  ((await ledger())?.currencies ?? []).map((one) => BigInt(one.feesAccrued));

describe("two currencies under one ledger", () => {
  it("are each minted as their own asset, refunded, and paid out, also from one withdrawal account", async () => {
    const accounts = CURRENCIES.map(() => randomBytes(32));
    const ids: string[] = [];
    for (const [i, currency] of CURRENCIES.entries()) {
      ids.push(await deposit(currency, WRAPPED, rawFor(holder.account)));
      ids.push(await deposit(currency, 1_000_000n, rawFor(accounts[i] ?? holder.account)));
      ids.push(await deposit(currency, 700_000n, new Uint8Array(1)));
    }
    const outcomes = await Promise.all(ids.map(async (id) => (await ended(id)).result?.outcome));
    expect(outcomes).toEqual(["minted", "minted", "refunded", "minted", "minted", "refunded"]);
    for (const [i, currency] of CURRENCIES.entries()) {
      expect(await bridge.balances(currency, [holder.account, ...accounts])).toEqual([
        WRAPPED - DEPOSIT_FEE,
        ...accounts.map((_, j) => (i === j ? 1_000_000n - DEPOSIT_FEE : 0n)),
      ]);
    }
    const payee = newPayee();
    const preimage = payeeOf(payee);
    await holder.sendTold(CURRENCIES.map((currency, i) => ({ preimage, currency, amount: 2_000_000n + BigInt(i) })));
    for (const currency of CURRENCIES)
      expect((await ended(withdrawalId(preimage, currency))).result?.outcome).toBe("paid");
    expect(await holds(payee)).toEqual({ XUS: 2_000_000n - WITHDRAWAL_FEE, XDX: 2_000_001n - WITHDRAWAL_FEE });
    expect(await holds(bridge.payer.address)).toMatchObject({ XDX: COINS - WRAPPED - 1_000_000n - REFUND_FEE });
  });

  it("have their fees claimed in the same batch as deposits and withdrawals of both, whatever Redis has lost of them", async () => {
    const { feeAccount } = bridge.config;
    const before = await feesAccrued();
    const { batches = 0 } = (await ledger()) ?? {};
    const preimage = payeeOf(newPayee());
    // What comes during a pause is settled together after it.
    const desk = openDesk(bridge);
    await desk.decide(["pause"]);
    await desk.until(({ inForce }) => inForce.paused);
    const registered = randomBytes(32);
    await bridge.ask("/api/v1/accounts", { account: toHex(registered) });
    const said = await pdiemDone("claim-fees", ...CURRENCIES, "--config", bridge.relayerFile);
    expect(said.split("\n").map((line) => line.split(", ")[0])).toEqual(
      CURRENCIES.map((currency, i) => `${currency}: ${before[i]}`),
    );
    const [deposits] = await Promise.all([
      Promise.all(CURRENCIES.map((currency) => deposit(currency, 900_000n, rawFor(randomBytes(32))))),
      holder.sendTold(CURRENCIES.map((currency) => ({ preimage, currency, amount: 800_000n }))),
    ]);
    const ids = [...deposits, ...CURRENCIES.map((currency) => withdrawalId(preimage, currency))];
    for (const id of ids)
      await untilView(bridge, id, ({ waitingFor }) => waitingFor !== undefined && !isUsualWait(waitingFor));
    await emptyRedis(bridge.redisUrl);
    await desk.decide(["resume"]);
    const results = await Promise.all(ids.map(async (id) => (await ended(id)).result));
    expect(results.map((result) => result?.outcome)).toEqual(["minted", "minted", "paid", "paid"]);
    expect(new Set(results.map((result) => result?.batch)).size).toBe(1);
    expect((await ledger())?.batches).toBe(batches + 3);
    expect(await bridge.ask(`/api/v1/accounts/${toHex(registered)}`)).toMatchObject({ registered: { index: 0 } });
    for (const [i, currency] of CURRENCIES.entries())
      expect(await bridge.balances(currency, [feeAccount])).toEqual([before[i]]);
    expect(await feesAccrued()).toEqual(CURRENCIES.map(() => DEPOSIT_FEE + WITHDRAWAL_FEE));
  });

  it("are covered, each by custody's balance of it", async () => {
    const { isCovered, currencies } = JSON.parse(
      await pdiemDone("reserves", "--json", "--config", bridge.relayerFile),
    ) as ReservesView;
    expect(isCovered).toBe(true);
    const held = await holds(bridge.config.diem.custody);
    for (const { currency, custody, paidSince, supply, owed, fees, surplus } of currencies) {
      expect(BigInt(custody)).toBe(held[currency]);
      expect(BigInt(supply)).toBe(await bridge.supply(currency));
      // Nothing is unpaid: what the ledger owes is what custody has paid and it hasn't folded.
      expect([owed, surplus]).toEqual([paidSince, "0"]);
      expect(BigInt(custody)).toBe(BigInt(supply) + BigInt(fees));
    }
    expect(currencies.map(({ currency }) => currency)).toEqual(CURRENCIES);
  });
});

describe("a payee who would have to sign for so much", () => {
  it("is paid in parts, or the money is given back, or waits where its refund account can receive none; a role that need not sign is paid", async () => {
    const { association } = bridge.chains.diem;
    const { issuer } = await bridge.ask<StatusView>("/api/v1/status");
    const refundAccount = randomBytes(32);
    const returned = payeeOf(newPayee(), refundAccount);
    // The issuer can receive nothing.
    const waiting = payeeOf(newPayee(), fromHex(issuer.slice(2)));
    const small = payeeOf(newPayee());
    const parts = payeeOf(newPayee());
    const dealer = payeeOf(DESIGNATED_DEALER);
    expect(association.setDualAttestationLimit(LOW_LIMIT).status.type).toBe("executed");
    const over = LOW_LIMIT + WITHDRAWAL_FEE;
    await holder.sendTold([
      { preimage: returned, amount: over, currency: "XDX" },
      { preimage: waiting, amount: over, currency: "XDX" },
      { preimage: small, amount: over - 1n, currency: "XDX" },
      { preimage: dealer, amount: over, currency: "XDX" },
      { preimage: parts, amount: 2n * over - 5n, currency: "XDX" },
    ]);
    expect(await ended(withdrawalId(returned, "XDX"))).toMatchObject({
      result: { outcome: "given-back", to: toHex(refundAccount), amount: String(LOW_LIMIT) },
    });
    expect(await bridge.balances("XDX", [refundAccount])).toEqual([LOW_LIMIT]);
    for (const preimage of [small, dealer])
      expect((await ended(withdrawalId(preimage, "XDX"))).result?.outcome).toBe("paid");
    for (const part of [0, 1]) expect((await ended(withdrawalId(parts, "XDX", part))).result?.outcome).toBe("paid");
    expect(await holds(parts.payee)).toMatchObject({ XDX: 2n * LOW_LIMIT - 5n });
    const id = withdrawalId(waiting, "XDX");
    const waits = await untilView(bridge, id, ({ waitingFor }) => waitingFor !== undefined && !isUsualWait(waitingFor));
    expect(waits).toMatchObject({ stage: "proven" });
    expect(association.setDualAttestationLimit(HIGH_LIMIT).status.type).toBe("executed");
    expect((await ended(id)).result?.outcome).toBe("paid");
    expect(await holds(waiting.payee)).toMatchObject({ XDX: LOW_LIMIT });
    await eventually(async () => {
      // The ledger may move on while it is proven.
      const reserves = await bridge.ask<ReservesView>("/api/v1/reserves").catch(() => undefined);
      return reserves?.isCovered ? true : undefined;
    });
  });
});
