import { randomBytes } from "node:crypto";
import { DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { eventually } from "@pdiem/devnet/testing/rpc";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSoak, sized } from "./support/soak.js";
import {
  DEPOSIT_FEE,
  REFUND_FEE,
  startTraffic,
  type Traffic,
  untilView,
  WITHDRAWAL_FEE,
  withdrawalId,
  withdrawalTo,
} from "./support/traffic.js";
import { createPeople, startTwoWayBridge, type TwoWayBridge } from "./support/two-way-bridge.js";
import { createHolder, type Holder, received } from "./support/withdrawals.js";

/**
 * Payments of the flood, half of them tiny and half refundable, in turn: no two of a kind stand
 * together.
 */
const SIZE = sized({ quick: 100, full: 2000 });
/** A node takes 100 transactions of one sender at a time. */
const AT_ONCE = 50;
/** Number of refunds that fit their window. */
const REFUNDS = 20;
const TINY = 1n;
const REFUNDABLE = 100_000n;
const MAXIMUM = 2_000_000n;
const HONEST = 10;
const LEAST = 100_000n;
/** More than the window of 64. */
const BACKLOG = 72;
/** What a block takes. */
const SENT_AT_ONCE = 24;
const AMOUNT = 1_000_000n;
/** Too short to name a beneficiary. */
const NOBODY = new Uint8Array(1);
/** A window that doesn't end while this runs. */
const DECADE = "315360000000";

let bridge: TwoWayBridge;
let holder: Holder;
let traffic: Traffic;
let flooder: DiemWallet;
let payee: DiemWallet;

beforeAll(async () => {
  bridge = await startTwoWayBridge({
    limits: {
      currencies: DEFAULT_LIMITS.currencies.map((currency) => ({
        ...currency,
        maximum: String(MAXIMUM),
        windows: { ...currency.windows, refund: { length: DECADE, amount: String(BigInt(REFUNDS) * REFUNDABLE) } },
      })),
    },
  });
  holder = await createHolder(bridge);
  traffic = startTraffic(bridge);
  const [one, other] = createPeople(bridge, 2, 1_000_000_000n);
  if (one === undefined || other === undefined) throw new RangeError("expected two people");
  flooder = one;
  payee = other;
  for (let i = 0; i < HONEST; i++) await traffic.deposit(holder.account, AMOUNT);
  const { balances } = traffic.totals();
  await eventually(async () => {
    const [balance] = await bridge.balances("XUS", [holder.account]);
    return balance === BigInt(HONEST) * (AMOUNT - DEPOSIT_FEE) && balances.size === 1 ? true : undefined;
  });
});

afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
});

describe("a flood of tiny and refundable deposits", () => {
  it("keeps no honest transfer from ending, costs its sender, and leaves what doesn't fit the refund window waiting", async () => {
    const custody = bridge.config.diem.custody;
    const send = (amount: bigint) =>
      flooder.pay({ payee: custody, currency: "XUS", amount, metadata: NOBODY }).then(({ status }) => status);
    const started = Date.now();
    const honest = Array.from({ length: HONEST }, () => randomBytes(32));
    const preimages = honest.map(() => withdrawalTo(payee.address));
    const sendHonest = () =>
      Promise.all([
        holder.sendTold(preimages.map((preimage) => traffic.paid(preimage, MAXIMUM / 4n))),
        ...honest.map((account) => traffic.deposit(account, AMOUNT)),
      ]);
    let inTheMidst: Promise<unknown> | undefined;
    for (let from = 0; from < SIZE; from += AT_ONCE) {
      if (from >= SIZE / 2) inTheMidst ??= sendHonest();
      const some = Array.from({ length: Math.min(AT_ONCE, SIZE - from) }, (_, i) =>
        send((from + i) % 2 === 0 ? TINY : REFUNDABLE),
      );
      expect(new Set(await Promise.all(some))).toEqual(new Set(["executed"]));
    }
    await inTheMidst;
    await eventually(async () => {
      const balances = await bridge.balances("XUS", honest);
      return balances.every((balance) => balance === AMOUNT - DEPOSIT_FEE) ? true : undefined;
    }, 300_000);
    const mintedAfter = Date.now() - started;
    for (const { id } of traffic.withdrawals())
      await untilView(bridge, id, ({ result }) => result?.outcome === "paid", 300_000);
    const paidAfter = Date.now() - started;

    const tiny = SIZE / 2;
    const open = SIZE / 2 - REFUNDS;
    const { deposits } = await eventually(async () => {
      const status = await bridge.ask<StatusView>("/api/v1/status");
      const { kept = 0 } = status.deposits;
      return kept === tiny && status.ledger?.waiting.deposits === open ? status : undefined;
    }, 300_000);
    expect(deposits).toMatchObject({ kept: tiny, refunded: REFUNDS, minted: 2 * HONEST });
    const { isCovered, currencies } = await bridge.reserves();
    expect(isCovered).toBe(true);
    const surplus = BigInt(tiny) * TINY + BigInt(open) * REFUNDABLE;
    expect(currencies[0]).toMatchObject({ surplus: String(surplus) });
    expect([...bridge.sampled().short]).toEqual([]);
    const lost = BigInt(tiny) * TINY + BigInt(REFUNDS) * REFUND_FEE;
    process.stdout.write(
      `${SIZE} payments flooded${isSoak ? "" : " (npm run soak: 2000)"} cost their sender ${lost} units of XUS for good ` +
        `and tie up ${BigInt(open) * REFUNDABLE}; ${HONEST} honest deposits minted after ${mintedAfter} ms, ` +
        `${HONEST} withdrawals paid after ${paidAfter} ms\n`,
    );
  }, 900_000);
});

describe("a backlog of more payouts than are signed for at a time", () => {
  it("is paid, each release once, whatever aborts in its midst", async () => {
    for (let i = 0; i < 5; i++) await traffic.deposit(holder.account, MAXIMUM);
    await eventually(async () => {
      const [balance = 0n] = await bridge.balances("XUS", [holder.account]);
      return balance >= BigInt(BACKLOG) * LEAST ? true : undefined;
    });
    const payees = createPeople(bridge, BACKLOG, 0n);
    bridge.gate.onSubmit(() => "withhold");
    const ids: string[] = [];
    const doomed = new Set([1, BACKLOG / 2, BACKLOG - 1]);
    for (let from = 0; from < BACKLOG; from += SENT_AT_ONCE)
      await holder.sendTold(
        payees.slice(from, from + SENT_AT_ONCE).map(({ address }, i) => {
          const preimage = withdrawalTo(address);
          ids.push(withdrawalId(bridge, preimage));
          return doomed.has(from + i) ? traffic.aborted(preimage, LEAST) : traffic.paid(preimage, LEAST);
        }),
      );
    for (const id of ids) await untilView(bridge, id, ({ payout }) => payout?.state === "owed");
    const { association } = bridge.chains.diem;
    for (const i of doomed) association.freeze(payees[i]?.address ?? new Uint8Array(16));
    bridge.gate.onSubmit(() => "forward");
    for (const [i, payee] of payees.entries()) {
      const { result } = await untilView(bridge, ids[i] ?? "", (view) => view.result !== undefined);
      expect(result?.outcome).toBe(doomed.has(i) ? "given-back" : "paid");
      expect(await received(bridge, payee)).toEqual(doomed.has(i) ? [] : [Number(LEAST - WITHDRAWAL_FEE)]);
    }
    expect((await bridge.reserves()).isCovered).toBe(true);
  });
});
