/** What honest relayers do: settle and pay out at the newest facts, in portions as they come. */
import { type Admission, type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { toAccount } from "@pdiem/bridge/testing/world";
import { toHex } from "@pdiem/light-client/bytes";
import { entryName, transfer } from "../chains/assets.js";
import { changeAccount, receive } from "../chains/diem.js";
import { changedAssets } from "../chains/parachain.js";
import { onceIn, pick, some } from "../choose.js";
import { askForPayments, askForSettlement, type Kept } from "../enclave/enclave.js";
import { waitingIndexes } from "../enclave/known.js";
import type { Basis, SignedPayment, SignedSettlement } from "../enclave/signed.js";
import { lookupsFor, paymentRequests, waitingItems, withdrawable } from "../requests.js";
import {
  addBatch,
  addPayments,
  askHonestly,
  commitDiem,
  commitParachain,
  inForce,
  last,
  note,
  pass,
  pay,
  type Run,
  submit,
  unlessRefused,
} from "../run.js";
import { config, currencies, DEALER, HOLDERS, HOUR, MINUTE, START_SEQUENCE, USERS } from "../setting.js";

export const newestBasis = (run: Run): Basis => ({
  known: inForce(run),
  diem: last(run.diem),
  parachain: last(run.parachain),
});

/** Asks for the next deposits; some are put off unseen. */
export const admissionsOf = (basis: Basis, count: number, isPutOff: () => boolean): readonly Admission[] => {
  const first = basis.known.ledger.deposits;
  const left = basis.diem.received.length - Number(first);
  return Array.from(
    { length: Math.max(0, Math.min(count, left)) },
    (_, i): Admission =>
      isPutOff() ? { type: "putOff", value: 1 } : { type: "settle", value: lookupsFor(basis, first + BigInt(i)) },
  );
};

/** Accounts that an amnesty thaws. */
export const frozenAccounts = ({ parachain }: Basis): Items["thaws"] =>
  currencies.flatMap(({ code, assetId }) =>
    HOLDERS.filter((who) => parachain.entries.get(`${assetId}/${toHex(who)}`)?.isFrozen).map((account) => ({
      currency: code,
      account,
    })),
  );

/** Some of what there is to do at a basis. */
export const someItems = (run: Run, basis: Basis, kept: Kept): Items => {
  const { random } = run;
  const { known, parachain } = basis;
  const waiting = some(random, waitingIndexes(known), 3);
  const isFlooded = basis.diem.received.length - Number(known.ledger.deposits) > 20;
  return {
    ...NO_ITEMS,
    waiting: waitingItems(basis, waiting),
    admissions: admissionsOf(basis, isFlooded ? 80 : random.below(5), () => onceIn(random, 6)),
    withdrawals: some(random, withdrawable(parachain), 3),
    registrations: onceIn(random, 6) ? some(random, USERS, 1) : [],
    feeClaims: onceIn(random, 6)
      ? currencies.flatMap(({ code }, i) => (known.ledger.currencies[i]?.fees ? [code] : []))
      : [],
    fold: onceIn(random, 3) ? random.below(4) : 100,
    thaws: known.governance.amnesty ? frozenAccounts(basis).slice(0, 3) : [],
    checkpoints: onceIn(random, 3) ? kept.checkpoints.changes : [],
  };
};

/** Asks the enclave that nobody rolls back. */
export const requestSettlement = (run: Run, items: Items, basis = newestBasis(run)): SignedSettlement | undefined => {
  const kept = run.kept;
  const signed = unlessRefused(run, "settlement", () =>
    askHonestly(run, (before) => askForSettlement(before, basis, items)),
  );
  if (signed !== undefined) addBatch(run, kept, signed);
  return signed;
};

const noteResults = (run: Run, { batch }: SignedSettlement): void => {
  for (const { type, ...result } of [
    ...batch.deposits,
    ...batch.waiting.flatMap((w) => (w.type === "deposit" ? [w.result] : [])),
  ]) {
    const isReturn = "returned" in result && result.returned !== undefined;
    note(
      run,
      `deposit ${isReturn ? "returned" : type}${"reason" in result && type !== "refunded" ? ` ${result.reason}` : ""}`,
    );
  }
  for (const one of batch.waiting) if (one.type === "release") note(run, `aborted release ${one.result.type}`);
  for (const { type } of batch.withdrawals) note(run, `withdrawal ${type}`);
  const { waiting, accounts } = batch.entry;
  if (waiting.releases.length > 0) note(run, "aborted release waits");
  if (accounts.length > 0) note(run, "registration");
  if (batch.entry.checkpoints.length > 0) note(run, "checkpoint told");
  for (const { type } of batch.calls) if (type === "setTeam" || type === "thaw") note(run, `call ${type}`);
};

export const submitSettlement = (run: Run, signed: SignedSettlement): string => {
  run.now += 12_000n;
  const result = submit(run, signed);
  note(run, `settlement ${result}`);
  if (result === "executed") noteResults(run, signed);
  return result;
};

/** Somebody sends away all that they have and is gone, so that a mint to them fails. */
const reap = (run: Run, who: Uint8Array): void => {
  const sink = config.feeAccount;
  const assets = changedAssets(last(run.parachain), (draft) => {
    for (const { assetId } of currencies) transfer(draft, assetId, who, sink, 1n << 60n);
    const isGone = currencies.every(({ assetId }) => !draft.entries.has(entryName(assetId, who)));
    if (isGone) draft.holders.set(toHex(who), { providers: 0, consumers: 0 });
  });
  run.now += 12_000n;
  commitParachain(run, assets);
};

/** Settles some of what there is; sometimes somebody vanishes in between. */
export const settleHonestly = (run: Run): void => {
  const { random } = run;
  pass(run, pick(random, [12_000n, MINUTE, 2n * MINUTE]) ?? MINUTE);
  const signed = requestSettlement(run, someItems(run, newestBasis(run), run.kept));
  if (signed === undefined) return;
  if (onceIn(random, 8)) reap(run, pick(random, USERS) ?? config.feeAccount);
  submitSettlement(run, signed);
};

/** Settles hour after hour, so that delays run out. */
export const settleForHours = (run: Run): void => {
  for (let hours = 1 + run.random.below(4); hours > 0; hours--) {
    pass(run, HOUR);
    const basis = newestBasis(run);
    const items = { ...NO_ITEMS, admissions: admissionsOf(basis, 2, () => false), registrations: USERS.slice(3) };
    const signed = requestSettlement(run, items);
    if (signed !== undefined) submitSettlement(run, signed);
  }
};

/** Pays for somebody, settles it, and has the batch fail, as they are gone by then. */
export const failBatch = (run: Run): void => {
  const { random } = run;
  const who = pick(random, USERS) ?? config.feeAccount;
  const isBack = changedAssets(last(run.parachain), ({ holders }) => {
    if (holders.get(toHex(who))?.providers === 0) holders.set(toHex(who), { providers: 1, consumers: 0 });
  });
  commitParachain(run, isBack);
  commitDiem(run, (state) =>
    receive(state, { currency: "XUS", amount: 300n, other: DEALER, metadata: toAccount(who) }),
  );
  pass(run, BigInt(1 + random.below(4)) * MINUTE);
  const basis = newestBasis(run);
  const signed = requestSettlement(run, { ...NO_ITEMS, admissions: admissionsOf(basis, 20, () => false) });
  if (signed === undefined) return;
  reap(run, who);
  submitSettlement(run, signed);
};

/** Indexes of releases whose numbers are unused. */
export const unpaid = ({ known, diem }: Basis): readonly number[] => {
  const first = Number(diem.sequenceNumber - START_SEQUENCE);
  return Array.from({ length: Math.max(0, known.releases.length - first) }, (_, i) => first + i);
};

/**
 * Asks for payments of releases, and submits them in rising order.
 * @param mishap what comes in between
 */
export const payOut = (
  run: Run,
  most: number,
  mishap: (payments: readonly SignedPayment[]) => void = () => undefined,
): void => {
  const basis = newestBasis(run);
  const indexes = unpaid(basis).slice(0, most);
  if (indexes.length === 0) return;
  const kept = run.kept;
  const signed = unlessRefused(run, "payout", () =>
    askHonestly(run, (before) => askForPayments(before, basis, paymentRequests(basis.known, indexes))),
  );
  if (signed === undefined) return;
  addPayments(run, kept, signed);
  mishap(signed);
  for (const payment of signed) {
    if (onceIn(run.random, 12)) continue;
    note(run, `payment ${pay(run, payment)}`);
  }
};

export const payOutHonestly = (run: Run): void => {
  pass(run, 12_000n);
  payOut(run, 1 + run.random.below(6));
};

/** Payments that are kept back for a while, or meet payees who have just been frozen. */
export const payOutUnluckily = (run: Run): void => {
  pass(run, 12_000n);
  payOut(run, 1 + run.random.below(6), (payments) => {
    if (onceIn(run.random, 3)) return pass(run, pick(run.random, [MINUTE, 10n * MINUTE]) ?? MINUTE);
    for (const { release } of some(run.random, payments, 6))
      commitDiem(run, (state) => changeAccount(state, release.payee, { isFrozen: true }));
  });
};
