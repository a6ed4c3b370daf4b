/** What the events of a schedule do to a run. */
import { expect } from "vitest";
import { readPaidRelease } from "../deposit/destination.js";
import { releaseSubaddress } from "../deposit/subaddress.js";
import type { Facts } from "../facts/facts.js";
import type { Action } from "../governance/decision.js";
import { limitsOf } from "../governance/limits.js";
import { NO_ITEMS, type WithdrawalItem } from "../settlement/items.js";
import { transfer } from "./assets-model.js";
import {
  accountOf,
  catchUp,
  confirmPayout,
  honestItems,
  itemFor,
  type Known,
  last,
  newestFacts,
  type PooledPayout,
  type Run,
  request,
  requestDecisions,
  requestPayout,
  SENDERS,
  SINK,
  submit,
  submitPayout,
  USERS,
  unpaid,
  unsettled,
  WITHDRAWALS,
  withdrawable,
} from "./bridge-run.js";
import { exampleConfig, HOUR, XUS } from "./config.js";
import { PAUSE, RESUME, sign, THAW } from "./guardians.js";
import { refusal } from "./refusal.js";
import { type Event, refundOf } from "./schedule.js";
import { toAccount, toCustodysSubaddress } from "./world.js";

type Note = (name: string) => void;
type Of<T extends Event["type"]> = Event & { readonly type: T };

const { currencies } = exampleConfig;
const { maxConsumers } = exampleConfig.parachain.profile;

/** The item `back` places before the newest. */
const recent = <T>(items: readonly T[], back: number): T | undefined => items[items.length - 1 - (back % items.length)];

const chosen = <T>(items: readonly T[], choice: number): T | undefined => items[choice % Math.max(1, items.length)];

const userOf = (choice: number): Uint8Array => chosen(USERS, choice) ?? SINK;
const senderOf = (choice: number): Uint8Array => chosen(SENDERS, choice) ?? SINK;

/** Freezes or thaws a payee. One who doesn't hold XDX stays without. */
export const setFrozenPayee = ({ chain }: Run, choice: number, frozen: boolean): void => {
  const balances = choice % SENDERS.length === 2 ? { XUS: 0n } : { XUS: 0n, XDX: 0n };
  chain.world.diem.setAccount(senderOf(choice), { frozen, balances });
};

const sendBack = ({ chain }: Run, { payment, all, byVersion }: Of<"sendBack">): void => {
  const { sent } = chain.world.diem;
  const paid = recent(sent, payment);
  if (paid === undefined) return;
  const index = readPaidRelease(paid.metadata) ?? 0n;
  const metadata = byVersion ? refundOf(paid.version) : toCustodysSubaddress(releaseSubaddress(index));
  chain.custody.pay({
    currency: paid.currency,
    amount: all || paid.amount < 2n ? paid.amount : paid.amount / 2n,
    other: paid.other,
    metadata,
  });
};

const withdraw = ({ chain }: Run, { user, account, currency, amount }: Of<"withdraw">): void => {
  const preimage = chosen(WITHDRAWALS, account);
  const asset = chosen(currencies, currency);
  if (preimage === undefined || asset === undefined) return;
  transfer(chain.assets, asset.assetId, userOf(user), accountOf(preimage), amount);
};

/** What honest requests may be refused for under a hostile schedule. */
const BATCH_WAITS = ["too-early", "empty-batch", "batch-too-large", "asset-frozen", "skew", "not-receivable", "paused"];
const PAYOUT_WAITS = ["payee-frozen", "asset-frozen", "skew", "paused"];
const GUARD_WAITS = ["not-paused", "not-frozen", "too-early"];

const expectOneOf = (refused: string | undefined, waits: readonly string[]): void => {
  expect([undefined, ...waits.map((rule) => `refused/${rule}`)]).toContain(refused);
};

/** Sends a little of every user's money, all in all too little to stay in the account by itself. */
const sendDust = ({ chain }: Run, item: WithdrawalItem | undefined): void => {
  const asset = currencies.find(({ code }) => code === item?.currency);
  if (item === undefined || asset === undefined) return;
  for (const user of USERS) transfer(chain.assets, asset.assetId, user, accountOf(item.preimage), 2n);
};

const beHonest = (run: Run, { most, registered, reaped, dusted }: Of<"honest">): void => {
  run.chain.tick(12_000n, "both");
  const registrations = registered === undefined ? [] : [userOf(registered)];
  const items = honestItems(run, unsettled(run).slice(0, most), withdrawable(run).slice(0, most));
  const refused = refusal(() => {
    const batch = request(run, run.inForce, newestFacts(run), { ...items, registrations });
    if (dusted !== undefined) sendDust(run, chosen(items.withdrawals, dusted));
    if (reaped !== undefined) run.chain.empty(userOf(reaped), SINK);
    submit(run, batch);
  });
  expectOneOf(refused, BATCH_WAITS);
};

/**
 * Any ledger with any two proven states, as whoever clones enclaves and puts old files back can
 * choose them.
 */
const basisOf = (
  { chain, known, inForce }: Run,
  { ledger, diem, parachain }: Pick<Of<"hostileRequest">, "ledger" | "diem" | "parachain">,
): { readonly before: Known; readonly facts: Facts } => ({
  before: ledger === 0 ? inForce : (recent(known, ledger) ?? inForce),
  facts: {
    diem: recent(chain.diemFacts, diem) ?? last(chain.diemFacts),
    parachain: recent(chain.parachainFacts, parachain) ?? last(chain.parachainFacts),
  },
});

/**
 * Lists the accounts that hold something, if there are any, else all; the same may be asked for
 * twice.
 */
const accountsOf = (run: Run): readonly WithdrawalItem[] => {
  const filled = withdrawable(run);
  return filled.length > 0
    ? filled
    : WITHDRAWALS.flatMap((preimage) => currencies.map(({ code }) => ({ preimage, currency: code })));
};

const requestHostilely = (run: Run, hostile: Of<"hostileRequest">): void => {
  const { before, facts } = basisOf(run, hostile);
  const accounts = accountsOf(run);
  refusal(() =>
    request(run, before, facts, {
      ...NO_ITEMS,
      deposits: hostile.deposits.map((number) => itemFor(run, before, BigInt(number))),
      withdrawals: hostile.withdrawals.flatMap((choice) => chosen(accounts, choice) ?? []),
      registrations: hostile.registration === undefined ? [] : [userOf(hostile.registration)],
      feeClaims: hostile.claims ? ["XUS"] : [],
      sentEvents: hostile.fold,
    }),
  );
};

/** Submits it at once, after it has expired, or after its payee was frozen. */
const payOut = (run: Run, { choice, mishap }: Of<"payOut">, note: Note): void => {
  run.chain.tick(12_000n, "both");
  const index = chosen(unpaid(run), choice);
  if (index === undefined) return;
  const refused = refusal(() => {
    const payout = requestPayout(run, run.inForce, newestFacts(run), index);
    if (mishap === "late") run.chain.tick(HOUR, "both");
    if (mishap === "frozen") for (const i of SENDERS.keys()) setFrozenPayee(run, i, true);
    const isOver = run.chain.world.diem.time / 1000n >= payout.transaction.expirationTimestampSecs;
    const expected = { none: "paid", late: "void", frozen: "aborted" } as const;
    const result = submitPayout(run, payout);
    expect(result).toBe(isOver ? "void" : expected[mishap]);
    note(`payout ${result}`);
    if (mishap === "frozen") setFrozenPayee(run, 0, false);
  });
  expectOneOf(refused, PAYOUT_WAITS);
};

/**
 * What is told of a payout must be true for good: only one that is pending can still take effect.
 */
const submitAgain = (run: Run, payout: PooledPayout): void => {
  const { type } = confirmPayout(run, payout);
  const result = submitPayout(run, payout);
  if (type !== "pending") expect(result).toBe("void");
};

const requestPayoutHostilely = (run: Run, hostile: Of<"hostilePayout">): void => {
  const { before, facts } = basisOf(run, hostile);
  if (before.releases.length === 0) return;
  const index = BigInt(hostile.release % before.releases.length);
  refusal(() => {
    const payout = requestPayout(run, before, facts, index);
    if (hostile.isSubmitted) submitAgain(run, payout);
  });
};

const LOWER: Action = { type: "limits", value: { ...limitsOf(XUS), maximum: XUS.maximum / 2n } };
const ACTIONS: readonly Action[] = [PAUSE, RESUME, THAW, LOWER];

/** Guardians decide at the newest block, and their batch is submitted at once. */
export const guard = (run: Run, actions: readonly Action[]): string | undefined => {
  run.chain.tick(12_000n, "parachain");
  const { parachain } = newestFacts(run);
  const { count, hash } = run.inForce.ledger.decisions;
  const signed = actions.map((action, place) =>
    sign({ number: count + BigInt(place), previous: hash, until: parachain.time + HOUR, action }),
  );
  return refusal(() => submit(run, requestDecisions(run, run.inForce, { parachain }, signed)));
};

/** Nothing that was taken up before is signed again. */
const guardHostilely = (run: Run, hostile: Of<"hostileGuard">, note: Note): void => {
  const { chain, inForce, known, pool } = run;
  const taken = pool.filter(({ settlement }) => settlement.step.decisions.length > 0);
  const batch = chosen(taken, hostile.batch);
  const parachain = recent(chain.parachainFacts, hostile.parachain);
  if (batch === undefined || parachain === undefined) return;
  const before = hostile.ledger === 0 ? inForce : (recent(known, hostile.ledger) ?? inForce);
  const { decisions } = recent(known, hostile.chain) ?? inForce;
  const refused = refusal(() =>
    requestDecisions(run, { ...before, decisions }, { parachain }, batch.settlement.step.decisions),
  );
  note(`hostile decision ${refused ?? "signed"}`);
};

/** Gives every user some of each asset, by deposits. */
export const fillPurses = (run: Run): void => {
  for (const { code, windows } of currencies)
    for (const user of USERS) {
      const amount = windows.mint.amount / BigInt(USERS.length);
      run.chain.custody.pay({ currency: code, amount, other: senderOf(0), metadata: toAccount(user) });
    }
  run.chain.tick(HOUR, "both");
  submit(run, request(run, run.inForce, newestFacts(run), honestItems(run, unsettled(run))));
  run.chain.tick(HOUR, "both");
};

/** @param note of what came about, by name */
export const happen = (run: Run, what: Event, note: Note): void => {
  const { chain, pool, payouts } = run;
  switch (what.type) {
    case "pay": {
      const { currency, amount, sender, to } = what;
      chain.custody.pay({ currency, amount, other: senderOf(sender), metadata: to });
      break;
    }
    case "sendBack":
      sendBack(run, what);
      break;
    case "withdraw":
      withdraw(run, what);
      break;
    case "tick":
      chain.tick(what.time, what.chains);
      break;
    case "honest":
      beHonest(run, what);
      break;
    case "catchUp":
      catchUp(run);
      break;
    case "hostileRequest":
      requestHostilely(run, what);
      break;
    case "hostileSubmit": {
      const batch = recent(pool, what.batch);
      if (batch !== undefined) submit(run, batch);
      break;
    }
    case "payOut":
      payOut(run, what, note);
      break;
    case "hostilePayout":
      requestPayoutHostilely(run, what);
      break;
    case "hostilePayoutSubmit": {
      const payout = recent(payouts, what.payout);
      if (payout !== undefined) submitAgain(run, payout);
      break;
    }
    case "guard": {
      const refused = guard(
        run,
        what.choices.flatMap((choice) => chosen(ACTIONS, choice) ?? []),
      );
      expectOneOf(refused, GUARD_WAITS);
      note(`guardians ${refused ?? "decide"}`);
      break;
    }
    case "hostileGuard":
      guardHostilely(run, what, note);
      break;
    case "freezePayee":
      setFrozenPayee(run, what.sender, what.isFrozen);
      break;
    case "reap":
      chain.empty(userOf(what.user), SINK);
      break;
    case "fund":
      chain.change(userOf(what.user), { providers: 1, consumers: 0 });
      break;
    case "crowd":
      chain.change(userOf(what.user), { providers: 1, consumers: maxConsumers + 1 });
      break;
    case "freeze":
    case "thaw":
      chain.setFrozen(what.type === "freeze");
      break;
  }
};
