/**
 * Forks by the keys of sets that were left a fortnight ago: whatever the adversary wants is proven
 * on them.
 */
import { TERM } from "@pdiem/bridge/checkpoint/check-checkpoint";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { RELEASES } from "@pdiem/bridge/ledger/lists";
import type { Release } from "@pdiem/bridge/ledger/release";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { toAccount } from "@pdiem/bridge/testing/world";
import { listTree } from "@pdiem/bridge-client/ledger/list-tree";
import { toHex } from "@pdiem/light-client/bytes";
import { entryName } from "../chains/assets.js";
import { changeAccount, type DiemState, receive } from "../chains/diem.js";
import { changedAssets, nextBlock, type ParachainState } from "../chains/parachain.js";
import { followedBy, type Line } from "../chains/sets.js";
import { onceIn, pick } from "../choose.js";
import { askForPayments, askForSettlement, checkpointOf, type Kept, showCheckpoints } from "../enclave/enclave.js";
import { type Known, waitingIndexes } from "../enclave/known.js";
import { proveFacts } from "../enclave/light-clients.js";
import type { Basis } from "../enclave/signed.js";
import { paymentRequests, waitingItems, withdrawable } from "../requests.js";
import { addBatch, addPayments, ask, inForce, last, note, pass, pay, type Run, submit, unlessRefused } from "../run.js";
import { config, currencies, DEALER, HOUR, ID, SENDERS, USERS, WITHDRAWAL_ACCOUNTS } from "../setting.js";
import { checkpoint } from "./guardians.js";
import { admissionsOf } from "./relayers.js";
import { elect, waitFortnight } from "./surroundings.js";

const USER = USERS[0] ?? new Uint8Array(32);

/** How many sets of a line were left so long ago that their keys have leaked. */
const leaked = (line: Line, now: bigint): number =>
  line.filter((_, i) => (line[i + 1]?.since ?? now) + TERM < now).length;

/**
 * Goes on from a leaked set. It does so with its own signature, with one's own set, or with as many
 * as the true chain has.
 */
const forgedLine = (run: Run, line: Line): Line | undefined => {
  const { random, now } = run;
  const count = leaked(line, now);
  if (count === 0) return undefined;
  let forged: Line = line.slice(0, 1 + random.below(count));
  const kind = random.below(4);
  if (kind === 1) forged = followedBy(forged, now, true);
  while (kind >= 2 && forged.length <= line.length) forged = followedBy(forged, now, true);
  return forged;
};

/** More deposits, payments that were never made, or payees who can't be paid. */
const forgeDiem = (run: Run, line: Line, time: bigint): DiemState => {
  const forged: DiemState = { ...last(run.diem), line, time, isForged: true };
  switch (run.random.below(3)) {
    case 0:
      return receive(forged, { currency: "XUS", amount: 10_000n, other: DEALER, metadata: toAccount(USER) });
    case 1:
      return { ...forged, sequenceNumber: forged.sequenceNumber + 3n };
    default:
      return SENDERS.reduce((state, payee) => changeAccount(state, payee, { isFrozen: true }), forged);
  }
};

/**
 * A ledger that the bridge never had: it owes the adversary a payment with custody's next number.
 */
export const madeUpLedger = (known: Known, { sequenceNumber, sent }: DiemState): Known => {
  const origin = { type: "withdrawal", value: { account: USER, refundAccount: USER } } as const;
  const release: Release = { currency: "XUS", amount: 2_000n, payee: DEALER, subaddress: undefined, origin };
  const releases = listTree(RELEASES, [release]);
  const paid = { releases: 0n, events: BigInt(sent.length) };
  const ledger = { ...known.ledger, start: sequenceNumber, releases: releases.list(), paid };
  return { ...known, ledger, releases: [release], trees: { ...known.trees, releases } };
};

/** Full withdrawal accounts, and a ledger that owes more. */
const forgeParachain = (run: Run, line: Line, time: bigint, known: Known): ParachainState => {
  const head = last(run.parachain);
  const assets = changedAssets(head, ({ entries, approvals }) => {
    for (const who of WITHDRAWAL_ACCOUNTS)
      for (const { assetId } of currencies) entries.set(entryName(assetId, who), { balance: 5_000n, isFrozen: false });
    approvals.clear();
    approvals.add(toHex(anchorOf(ID, known.ledger)));
  });
  return nextBlock(head, time > head.time ? time : head.time, { ...assets, line, isForged: true });
};

/** Times at which a rolled-back enclave's checkpoint still lets it sign, or the present. */
const someTime = (run: Run, kept: Kept): bigint => {
  const since = checkpointOf(kept)?.time ?? config.rootsTime;
  return pick(run.random, [run.now, since + TERM - config.maxSkew, since + HOUR]) ?? run.now;
};

const forgedBasis = (run: Run, kept: Kept): Basis | undefined => {
  const kind = run.random.below(4);
  // What is forged of one chain alone has to fit the other one's present.
  const time = kind >= 2 ? someTime(run, kept) : run.now;
  const [diem, parachain] = [last(run.diem), last(run.parachain)];
  const diemLine = kind === 1 ? undefined : forgedLine(run, diem.line);
  const relayLine = kind === 0 ? undefined : forgedLine(run, parachain.line);
  if (diemLine === undefined && relayLine === undefined) return undefined;
  const known = relayLine === undefined ? inForce(run) : madeUpLedger(inForce(run), diem);
  return {
    known,
    diem: diemLine === undefined ? diem : forgeDiem(run, diemLine, time),
    parachain: relayLine === undefined ? parachain : { ...forgeParachain(run, relayLine, time, known), time },
  };
};

const TRIES = 6;

/** Finds an enclave, the present one or any put back, whose light clients follow a fork. */
const followed = (run: Run): { readonly kept: Kept; readonly basis: Basis } | undefined => {
  for (let tries = 0; tries < TRIES; tries++) {
    const kept = (onceIn(run.random, 2) ? undefined : pick(run.random, run.sealed)) ?? run.kept;
    const basis = forgedBasis(run, kept);
    if (basis === undefined) return undefined;
    const proven = unlessRefused(run, "fork", () => proveFacts(kept.sets, basis.diem, basis.parachain));
    if (proven !== undefined) return { kept, basis };
  }
  return undefined;
};

/** Lets sets become former ones, whose keys leak, while guardians vouch for those that follow. */
const growOld = (run: Run): void => {
  elect(run);
  pass(run, HOUR);
  elect(run);
  waitFortnight(run);
  checkpoint(run);
};

/**
 * Has what was forged signed by any enclave, and submits it. The enclave may be shown the true
 * checkpoints on the fork.
 */
export const fork = (run: Run): void => {
  const { random } = run;
  if (leaked(last(run.diem).line, run.now) + leaked(last(run.parachain).line, run.now) === 0) {
    growOld(run);
    return;
  }
  pass(run, 12_000n);
  const found = followed(run);
  if (found === undefined) return;
  const { basis } = found;
  let { kept } = found;
  note(run, "fork");
  if (run.checkpoints.length > 0 && onceIn(random, 2)) {
    const shown = unlessRefused(run, "checkpoint on a fork", () => showCheckpoints(kept, basis, run.checkpoints));
    if (shown !== undefined) note(run, "checkpoint on a fork accepted");
    kept = shown ?? kept;
    run.sealed.push(kept);
  }
  const items = {
    ...NO_ITEMS,
    waiting: waitingItems(basis, waitingIndexes(basis.known).slice(0, 1)),
    admissions: admissionsOf(basis, 4, () => false),
    withdrawals: withdrawable(basis.parachain).slice(0, 2),
    fold: 10,
  };
  const signed = unlessRefused(run, "settlement on a fork", () =>
    ask(run, kept, (before) => askForSettlement(before, basis, items)),
  );
  if (signed !== undefined) {
    addBatch(run, kept, signed);
    note(run, `settlement on a fork ${submit(run, signed)}`);
  }
  const requests = paymentRequests(basis.known, [basis.known.releases.length - 1]);
  const payments = unlessRefused(run, "payout on a fork", () =>
    ask(run, kept, (before) => askForPayments(before, basis, requests)),
  );
  if (payments === undefined) return;
  addPayments(run, kept, payments);
  for (const payment of payments) note(run, `payout on a fork ${pay(run, payment)}`);
};
