import { type History, readJournalEntry, replay } from "@pdiem/bridge-client/journal/journal";
import { toldWithdrawals } from "@pdiem/bridge-client/journal/withdrawal-journal";
import { reservesOf } from "@pdiem/bridge-client/reserves";
import { toHex } from "@pdiem/light-client/bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bridgeId } from "./config/bridge-config.js";
import { readDestination } from "./deposit/destination.js";
import { RefusedError } from "./error.js";
import { anchorOf } from "./ledger/anchor.js";
import {
  anchorsInForce,
  balanceSheet,
  catchUp,
  confirmPayout,
  governanceOf,
  honestItems,
  newestFacts,
  type Run,
  request,
  requestPayout,
  SENDERS,
  SINK,
  startRun,
  submit,
  submitPayout,
  USERS,
  unpaid,
  unsettled,
  withdrawable,
} from "./testing/bridge-run.js";
import { exampleConfig, HOUR, ISSUER, XUS } from "./testing/config.js";
import { RESUME } from "./testing/guardians.js";
import { fillPurses, guard, happen, setFrozenPayee } from "./testing/happening.js";
import { assertReaching } from "./testing/reaching.js";
import { schedule } from "./testing/schedule.js";
import { bridgeWith, toAccount } from "./testing/world.js";

const id = bridgeId(exampleConfig);
const { profile } = exampleConfig.parachain;

/** Nothing is made up, lost, settled or paid twice, and exactly one ledger is in force. */
const checkInvariant = (run: Run): void => {
  for (const { custody, supply, unpaid: owed, fees, kept, waiting, dust } of balanceSheet(run)) {
    expect(custody).toBe(supply + owed + fees + kept + waiting + dust);
    expect(custody >= supply + owed + fees).toBe(true);
  }
  expect(new Set(run.ended.map(({ number }) => number)).size).toBe(run.ended.length);
  expect(new Set(run.paidOut).size).toBe(run.paidOut.length);
  expect(run.chain.world.diem.sent).toHaveLength(run.paidOut.length);
  expect(anchorsInForce(run)).toEqual([toHex(anchorOf(id, run.inForce.ledger))]);
};

/** What an honest relayer has to pass over until another round. */
const unlessRefused = (body: () => void): void => {
  try {
    body();
  } catch (error) {
    // After many failed batches only one item fits; another round asks for that.
    const passes =
      error instanceof RefusedError && (error.retry === "later" || error.code === "refused/batch-too-large");
    if (!passes) throw error;
  }
};

/** Withdrawals that can end once payees and users are as they should be: to nobody, without a way back, they can't. */
const endable = (run: Run) =>
  withdrawable(run).filter(
    ({ preimage: { payee, refundAccount } }) =>
      refundAccount !== undefined || SENDERS.some((sender) => toHex(sender) === toHex(payee)),
  );

/** An honest relayer alone, an hour a round, until nothing waits. It settles one by one what it can't together. */
const finish = (run: Run): void => {
  const { chain } = run;
  chain.setFrozen(false);
  if (governanceOf(run).paused) expect(guard(run, [RESUME])).toBeUndefined();
  for (const i of SENDERS.keys()) setFrozenPayee(run, i, false);
  for (const user of USERS) chain.change(user, { providers: 1, consumers: 0 });
  const isOver = (): boolean => unsettled(run).length + endable(run).length + unpaid(run).length === 0;
  for (let round = 0; round < 300 && !isOver(); round++) {
    chain.tick(HOUR, "both");
    catchUp(run);
    const most = round % 3 === 0 ? 4 : round % 3;
    const facts = newestFacts(run);
    unlessRefused(() => {
      const deposits = most === 2 ? [] : unsettled(run).slice(0, most);
      const withdrawals =
        most === 1 && deposits.length > 0
          ? []
          : endable(run)
              .slice(round % 7)
              .slice(0, most === 4 ? 4 : 1);
      submit(run, request(run, run.inForce, facts, honestItems(run, deposits, withdrawals)));
    });
    chain.tick(12_000n, "both");
    for (const index of unpaid(run)) {
      expect(submitPayout(run, requestPayout(run, run.inForce, newestFacts(run), index))).toBe("paid");
      chain.tick(12_000n, "both");
    }
    checkInvariant(run);
  }
  expect(unsettled(run)).toEqual([]);
  expect(endable(run)).toEqual([]);
  expect(unpaid(run)).toEqual([]);
};

/** An empty relayer finds everything in the blocks. */
const rebuild = (run: Run): History => {
  const scope = { bridgeId: id, issuer: ISSUER, asset: XUS.assetId, profiles: [profile] };
  const entries = run.chain.blocks.flatMap((extrinsic) => readJournalEntry(scope, extrinsic) ?? []);
  expect(entries).toHaveLength(run.chain.blocks.length);
  const history = replay(entries, anchorOf(id, run.inForce.ledger));
  expect(history).toMatchObject(run.inForce);
  expect(history.kept.map(({ number }) => number)).toEqual(
    run.ended.filter(({ kept }) => kept).map(({ number }) => number),
  );
  const told = history.entries.flatMap((entry) => toldWithdrawals(exampleConfig, entry));
  expect(told.map(({ type, account, burned }) => ({ type, account, burned }))).toEqual(
    run.withdrawn.map((outcome) => ({
      type: outcome.type,
      account: outcome.account,
      burned: outcome.type === "waits" ? 0n : outcome.burned,
    })),
  );
  return history;
};

/** While guardians' decisions paused the bridge, none but theirs took effect. */
const checkPauses = ({ entries }: History): void => {
  let paused = false;
  for (const { step } of entries) {
    const types = step.decisions.map(({ decision }) => decision.action.type);
    if (types.length === 0) expect(paused).toBe(false);
    paused ||= step.thawed && !types.includes("resume");
    for (const type of types) paused = type === "pause" || (type !== "resume" && paused);
  }
};

/** Every payout ever signed has come to an end that anyone can tell. */
const checkPayouts = (run: Run, note: (name: string) => void): void => {
  run.chain.tick(HOUR, "both");
  for (const payout of run.payouts) {
    const { type } = confirmPayout(run, payout);
    expect(type).toBe("paid");
    expect(run.paidOut).toContain(payout.index);
  }
  const signed = new Map<string, number>();
  for (const { transaction } of run.payouts) {
    const name = String(transaction.sequenceNumber);
    signed.set(name, (signed.get(name) ?? 0) + 1);
  }
  if ([...signed.values()].some((count) => count > 1)) note("payouts that exclude each other");
};

const checkReserves = (run: Run, { releases }: History): void => {
  const reserves = reservesOf(bridgeWith(run.inForce.ledger), newestFacts(run), releases);
  const sheet = balanceSheet(run);
  expect(reserves.map(({ surplus }) => surplus)).toEqual(sheet.map(({ kept, dust }) => kept + dust));
  expect(reserves.every(({ isCovered }) => isCovered)).toBe(true);
};

/** What the schedules must reach: they are there to try it. */
const REACHED = [
  "failed batches",
  "registrations",
  "folds",
  "payouts that exclude each other",
  "payout paid",
  "payout aborted",
  "payout void",
  "dust burned",
  "deposit minted",
  "deposit refunded",
  "deposit kept",
  "deposit open",
  "deposit returned",
  "withdrawal released",
  "withdrawal returned",
  "withdrawal waits",
  "guardians decide",
  "hostile decision refused/not-in-force",
  "hostile decision refused/decisions",
  "hostile decision refused/decision-number",
];

describe("a bridge under any schedule", () => {
  it("keeps custody equal to what it owes, settles each deposit and pays each release once, and ends all that can end", () => {
    const seen = new Map<string, number>();
    const note = (name: string): void => {
      seen.set(name, (seen.get(name) ?? 0) + 1);
    };
    const property = fc.property(fc.noBias(schedule), (events) => {
      const run = startRun();
      fillPurses(run);
      for (const what of events) {
        happen(run, what, note);
        if (what.type === "honest" || what.type === "hostileSubmit") run.chain.tick(12_000n, "both");
        checkInvariant(run);
      }
      finish(run);
      const history = rebuild(run);
      checkPauses(history);
      checkPayouts(run, note);
      checkReserves(run, history);

      if (run.pool.length > history.entries.length && run.chain.blocks.length > history.entries.length)
        note("failed batches");
      if (run.inForce.ledger.paid.sent > 0n) note("folds");
      if (history.accounts.length > 0) note("registrations");
      if ([...run.chain.assets.dust.values()].some((dust) => dust > 0n)) note("dust burned");
      for (const { settlement } of run.pool) {
        for (const { type, number } of settlement.deposits) {
          const { metadata } = run.chain.world.diem.received[Number(number)] ?? { metadata: new Uint8Array() };
          const isReturn = ["release", "refunded"].includes(readDestination(metadata).type);
          note(`deposit ${isReturn && type === "minted" ? "returned" : type}`);
        }
        for (const { type } of settlement.withdrawals) note(`withdrawal ${type}`);
      }
    });
    assertReaching(property, 80, () => REACHED.filter((name) => !seen.has(name)));
  });

  it("lets one of two clones' batches through, whichever comes first", () => {
    for (const first of [0, 1]) {
      const run = startRun();
      run.chain.custody.pay({
        currency: "XUS",
        amount: 1_000n,
        other: SENDERS[0] ?? SINK,
        metadata: toAccount(USERS[0] ?? SINK),
      });
      run.chain.custody.pay({
        currency: "XUS",
        amount: 2_000n,
        other: SENDERS[0] ?? SINK,
        metadata: toAccount(USERS[1] ?? SINK),
      });
      run.chain.tick(60_000n, "both");
      const facts = newestFacts(run);
      const batches = [[0n], [0n, 1n]].map((numbers) => request(run, run.inForce, facts, honestItems(run, numbers)));
      const order = first === 0 ? batches : batches.toReversed();
      expect(order.map((batch) => submit(run, batch))).toEqual(["success", "void"]);
      run.chain.tick(12_000n, "both");
      checkInvariant(run);
    }
  });

  it("signs the same batch again and again, which executes once", () => {
    const run = startRun();
    run.chain.custody.pay({
      currency: "XUS",
      amount: 1_000n,
      other: SENDERS[0] ?? SINK,
      metadata: toAccount(USERS[0] ?? SINK),
    });
    run.chain.tick(60_000n, "both");
    const facts = newestFacts(run);
    const batches = [0, 1].map(() => request(run, run.inForce, facts, honestItems(run, [0n])));
    expect(batches[0]?.extrinsic).toEqual(batches[1]?.extrinsic);
    expect(batches.map((batch) => submit(run, batch))).toEqual(["success", "void"]);
  });

  it("leaves a batch void that was kept back for 64 blocks", () => {
    for (const [blocks, result] of [
      [62, "success"],
      [63, "void"],
    ] as const) {
      const run = startRun();
      run.chain.custody.pay({
        currency: "XUS",
        amount: 1_000n,
        other: SENDERS[0] ?? SINK,
        metadata: toAccount(USERS[0] ?? SINK),
      });
      run.chain.tick(60_000n, "both");
      const batch = request(run, run.inForce, newestFacts(run), honestItems(run, [0n]));
      for (let i = 0; i < blocks; i++) run.chain.tick(12_000n, "both");
      expect(submit(run, batch)).toBe(result);
    }
  });
});
