/** What users and strangers do with their money on both chains. */

import { readPaidRelease } from "@pdiem/bridge/deposit/destination";
import { accountSubaddress, releaseSubaddress } from "@pdiem/bridge/deposit/subaddress";
import type { ReleaseOrigin } from "@pdiem/bridge/ledger/release";
import { toAccount, toCustodysSubaddress } from "@pdiem/bridge/testing/world";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { entryName, transfer } from "../chains/assets.js";
import { type PaymentEvent, receive } from "../chains/diem.js";
import { changedAssets } from "../chains/parachain.js";
import { onceIn, pick, type Random, recent } from "../choose.js";
import { commitDiem, commitParachain, inForce, last, note, type Run } from "../run.js";
import { config, currencies, DEALER, SENDERS, SIBLING, USERS, WITHDRAWAL_ACCOUNTS } from "../setting.js";

const refundOf = (transactionVersion: bigint): Uint8Array =>
  encodeMetadata({ type: "refund", value: { transactionVersion, reason: "otherReason" } });

const someAmount = (random: Random): bigint =>
  onceIn(random, 3)
    ? (pick(random, [1n, 7n, 8n, 99n, 100n, 10_000n, 10_001n]) ?? 1n)
    : BigInt(100 + random.below(4_000));

const someUser = (random: Random): Uint8Array => pick(random, USERS) ?? config.feeAccount;
const someWithdrawalAccount = (random: Random): Uint8Array => pick(random, WITHDRAWAL_ACCOUNTS) ?? config.feeAccount;
const someCode = (random: Random): string => (onceIn(random, 3) ? "XDX" : "XUS");

/**
 * To users mostly, by raw account or subaddress; some to withdrawal accounts, some nowhere, some to
 * nonsense.
 */
const someDestination = (run: Run): Uint8Array => {
  const { random } = run;
  const number = BigInt(random.below(5));
  switch (random.below(8)) {
    case 0:
      return toCustodysSubaddress(accountSubaddress(number));
    case 1:
      return random.bytes(random.below(12));
    case 2:
      return toCustodysSubaddress(releaseSubaddress(number));
    case 3:
      return refundOf(last(run.diem).version + 2n - BigInt(random.below(8)));
    case 4:
      return toAccount(someWithdrawalAccount(random));
    default:
      return toAccount(someUser(random));
  }
};

export const payCustody = (run: Run): void => {
  const { random } = run;
  const payer = onceIn(random, 12) ? SIBLING : (pick(random, SENDERS) ?? DEALER);
  commitDiem(run, (state) =>
    receive(state, {
      currency: someCode(random),
      amount: someAmount(random),
      other: payer,
      metadata: someDestination(run),
    }),
  );
};

const originOf = (run: Run, { metadata }: PaymentEvent): ReleaseOrigin | undefined =>
  inForce(run).releases[Number(readPaidRelease(metadata) ?? -1n)]?.origin;

/** A withdrawal's payout mostly, as of refunds nothing is sent back again. */
const somePayout = (run: Run): PaymentEvent | undefined => {
  const { sent } = last(run.diem);
  const payouts = sent.filter((paid) => originOf(run, paid)?.type === "withdrawal");
  return recent(run.random, payouts.length === 0 || onceIn(run.random, 6) ? sent : payouts, 4);
};

/**
 * Sends a payout back, or a part of it, by its subaddress or by its version. Its owner may be gone
 * by then.
 */
export const sendBack = (run: Run): void => {
  const { random } = run;
  const paid = somePayout(run);
  const index = paid === undefined ? undefined : readPaidRelease(paid.metadata);
  if (paid === undefined || index === undefined) {
    payCustody(run);
    return;
  }
  const metadata = onceIn(random, 2) ? refundOf(paid.version) : toCustodysSubaddress(releaseSubaddress(index));
  const part = BigInt(1 + (onceIn(random, 2) ? 5 + random.below(12) : random.below(Number(paid.amount))));
  const amount = !onceIn(random, 3) && part < paid.amount ? part : paid.amount;
  const origin = originOf(run, paid);
  if (origin?.type === "withdrawal" && onceIn(random, 2)) leave(run, origin.value.refundAccount);
  commitDiem(run, (state) => receive(state, { currency: paid.currency, amount, other: paid.other, metadata }));
  note(run, "payout sent back");
};

/** Many small payments that can only be refunded. */
export const flood = (run: Run): void => {
  commitDiem(run, (state) =>
    Array.from({ length: 68 }).reduce<typeof state>(
      (flooded) => receive(flooded, { currency: "XUS", amount: 100n, other: DEALER, metadata: new Uint8Array() }),
      state,
    ),
  );
  note(run, "flood of deposits");
};

const move = (run: Run, asset: number, from: Uint8Array, to: Uint8Array, most: bigint): boolean => {
  let isMoved = false;
  const assets = changedAssets(last(run.parachain), (draft) => {
    isMoved = transfer(draft, asset, from, to, most);
  });
  commitParachain(run, assets);
  return isMoved;
};

export const withdraw = (run: Run): void => {
  const { random } = run;
  const { assetId } = currencies[onceIn(random, 3) ? 1 : 0] ?? currencies[0] ?? { assetId: 0 };
  move(run, assetId, someUser(random), someWithdrawalAccount(random), someAmount(random));
};

/** Everyone sends all of an asset to withdrawal accounts: more than a window lets out. */
export const runOnBridge = (run: Run): void => {
  const { assetId } = currencies[run.random.below(2)] ?? { assetId: 0 };
  for (const [i, user] of USERS.entries())
    move(run, assetId, user, WITHDRAWAL_ACCOUNTS[i % 3] ?? config.feeAccount, 1n << 60n);
  note(run, "run on the bridge");
};

/** Adds to withdrawal accounts what is too little to stay by itself. */
export const sprinkleDust = (run: Run): void => {
  const account = someWithdrawalAccount(run.random);
  for (const { assetId } of currencies)
    if (move(run, assetId, someUser(run.random), account, BigInt(1 + run.random.below(20))))
      note(run, "dust on a withdrawal account");
};

/**
 * Sends everything to another user; then nothing keeps the account, or other assets take its room.
 */
const leave = (run: Run, from: Uint8Array): void => {
  const { random } = run;
  const to = someUser(random);
  if (equal(from, to)) return;
  const assets = changedAssets(last(run.parachain), (draft) => {
    const left = currencies.filter(({ assetId }) => {
      transfer(draft, assetId, from, to, 1n << 60n);
      return draft.entries.has(entryName(assetId, from));
    });
    const isGone = left.length === 0 && onceIn(random, 2);
    const consumers = config.parachain.maxConsumers + 1;
    if (onceIn(random, 3))
      draft.holders.set(toHex(from), isGone ? { providers: 0, consumers: 0 } : { providers: 1, consumers });
  });
  commitParachain(run, assets);
};

export const moveAway = (run: Run): void => leave(run, someUser(run.random));
