import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { metadata } from "@pdiem/light-client/diem/metadata";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anchorOf } from "./anchor.js";
import { bridgeId } from "./config.js";
import { RefusedError } from "./error.js";
import { readJournalEntry, replay } from "./journal.js";
import { accountSubaddress, releaseSubaddress } from "./subaddress.js";
import {
  anchorsInForce,
  balanceSheet,
  honestItems,
  itemFor,
  newestFacts,
  payOut,
  type Run,
  request,
  SENDERS,
  SINK,
  startRun,
  submit,
  USERS,
  unsettled,
} from "./testing/bridge-run.js";
import { exampleConfig, HOUR, ISSUER, XUS } from "./testing/config.js";
import { refusal } from "./testing/refusal.js";
import { toAccount, toCustodysSubaddress } from "./testing/world.js";

const id = bridgeId(exampleConfig);
const { profile } = exampleConfig.parachain;

/** One thing that happens; numbers choose among whatever there is at the time. */
type Event =
  | {
      readonly type: "pay";
      readonly sender: number;
      readonly currency: string;
      readonly amount: bigint;
      readonly to: Uint8Array;
    }
  | { readonly type: "tick"; readonly time: bigint; readonly chains: "both" | "parachain" | "diem" }
  | {
      readonly type: "honest";
      readonly most: number;
      readonly registered: number | undefined;
      readonly reaped: number | undefined;
    }
  | {
      readonly type: "hostileRequest";
      readonly ledger: number;
      readonly diem: number;
      readonly parachain: number;
      readonly deposits: readonly number[];
      readonly registration: number | undefined;
      readonly claims: boolean;
      readonly fold: number;
    }
  | { readonly type: "hostileSubmit"; readonly batch: number }
  | { readonly type: "payOut"; readonly choice: number }
  | { readonly type: "reap" | "fund" | "crowd"; readonly user: number }
  | { readonly type: "freeze" | "thaw" };

const refundOf = (version: bigint): Uint8Array =>
  encode(metadata, { type: "refund", value: { transactionVersion: version, reason: "otherReason" } });

const small = fc.nat({ max: 7 });
const maybe = fc.option(small, { nil: undefined, freq: 3 });
const destination: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...USERS).map(toAccount) },
  { weight: 2, arbitrary: small.map((index) => toCustodysSubaddress(accountSubaddress(BigInt(index)))) },
  { weight: 1, arbitrary: small.map((index) => toCustodysSubaddress(releaseSubaddress(BigInt(index)))) },
  { weight: 1, arbitrary: fc.nat({ max: 40 }).map((version) => refundOf(BigInt(version))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }) },
);

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record<Event & { type: "pay" }>({
      type: fc.constant("pay"),
      sender: small,
      currency: fc.constantFrom("XUS", "XUS", "XDX"),
      amount: fc.oneof(fc.bigInt({ min: 1n, max: 12_000n }), fc.constantFrom(7n, 8n, 99n, 100n, 10_000n, 10_001n)),
      to: destination,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record<Event & { type: "tick" }>({
      type: fc.constant("tick"),
      time: fc.constantFrom(12_000n, 60_000n, 60_000n, HOUR),
      chains: fc.constantFrom("both", "both", "parachain", "diem"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record<Event & { type: "honest" }>({
      type: fc.constant("honest"),
      most: small,
      registered: maybe,
      reaped: maybe,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record<Event & { type: "hostileRequest" }>({
      type: fc.constant("hostileRequest"),
      ledger: small,
      diem: small,
      parachain: small,
      deposits: fc.array(fc.nat({ max: 30 }), { maxLength: 4 }),
      registration: maybe,
      claims: fc.boolean(),
      fold: small,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record<Event & { type: "hostileSubmit" }>({
      type: fc.constant("hostileSubmit"),
      batch: fc.nat({ max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record<Event & { type: "payOut" }>({ type: fc.constant("payOut"), choice: small }) },
  {
    weight: 2,
    arbitrary: fc.record<Event & { type: "reap" | "fund" | "crowd" }>({
      type: fc.constantFrom("reap", "fund", "crowd"),
      user: small,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record<Event & { type: "freeze" | "thaw" }>({ type: fc.constantFrom("freeze", "thaw", "thaw") }),
  },
);

/** The item `back` places before the newest. */
const recent = <T>(items: readonly T[], back: number): T | undefined => items[items.length - 1 - (back % items.length)];

const userOf = (choice: number): Uint8Array => USERS[choice % USERS.length] ?? SINK;

const reap = ({ chain }: Run, choice: number): void => chain.empty(userOf(choice), SINK);

/** What an honest request may be refused for under a hostile schedule. */
const WAITS = ["too-early", "empty-batch", "batch-too-large", "asset-frozen", "skew", "not-receivable"];

const beHonest = (run: Run, { most, registered, reaped }: Event & { type: "honest" }): void => {
  run.chain.tick(12_000n, "both");
  const registrations = registered === undefined ? [] : [userOf(registered)];
  const items = { ...honestItems(run, unsettled(run).slice(0, most)), registrations };
  const refused = refusal(() => {
    const batch = request(run, run.inForce, newestFacts(run), items);
    if (reaped !== undefined) reap(run, reaped);
    submit(run, batch);
  });
  expect([undefined, ...WAITS.map((rule) => `refused/${rule}`)]).toContain(refused);
};

const requestHostilely = (run: Run, hostile: Event & { type: "hostileRequest" }): void => {
  const { chain, known } = run;
  const before = recent(known, hostile.ledger);
  const diem = recent(chain.diemFacts, hostile.diem);
  const parachain = recent(chain.parachainFacts, hostile.parachain);
  if (before === undefined || diem === undefined || parachain === undefined) return;
  refusal(() =>
    request(
      run,
      before,
      { diem, parachain },
      {
        deposits: hostile.deposits.map((number) => itemFor(run, before, BigInt(number))),
        registrations: hostile.registration === undefined ? [] : [userOf(hostile.registration)],
        withdrawals: [],
        feeClaims: hostile.claims ? ["XUS"] : [],
        sentEvents: hostile.fold,
      },
    ),
  );
};

const happen = (run: Run, what: Event): void => {
  const { chain, pool } = run;
  switch (what.type) {
    case "pay":
      chain.pay({
        currency: what.currency,
        amount: what.amount,
        other: SENDERS[what.sender % SENDERS.length] ?? SINK,
        metadata: what.to,
      });
      break;
    case "tick":
      chain.tick(what.time, what.chains);
      break;
    case "honest":
      beHonest(run, what);
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
      payOut(run, what.choice);
      break;
    case "reap":
      reap(run, what.user);
      break;
    case "fund":
      chain.change(userOf(what.user), { providers: 1, consumers: 0 });
      break;
    case "crowd":
      chain.change(userOf(what.user), { providers: 1, consumers: profile.maxConsumers + 1 });
      break;
    case "freeze":
    case "thaw":
      chain.setFrozen(what.type === "freeze");
      break;
  }
};

/** Nothing is made up, lost or settled twice, and exactly one ledger is in force. */
const checkInvariant = (run: Run): void => {
  for (const { custody, supply, unpaid, fees, kept, waiting } of balanceSheet(run)) {
    expect(custody).toBe(supply + unpaid + fees + kept + waiting);
    expect(custody >= supply + unpaid + fees).toBe(true);
  }
  expect(new Set(run.ended.map(({ number }) => number)).size).toBe(run.ended.length);
  expect(anchorsInForce(run)).toEqual([toHex(anchorOf(id, run.inForce.ledger))]);
};

/** An honest relayer alone, an hour a round, until nothing waits. It settles one by one what it can't together. */
const finish = (run: Run): void => {
  run.chain.setFrozen(false);
  for (let round = 0; round < 200 && unsettled(run).length > 0; round++) {
    run.chain.tick(HOUR, "both");
    const apart = Number(run.chain.world.diem.time - run.chain.world.parachain.time);
    if (apart !== 0) run.chain.tick(BigInt(Math.abs(apart)), apart > 0 ? "parachain" : "diem");
    const most = round % 2 === 0 ? 4 : 1;
    const facts = newestFacts(run);
    try {
      submit(run, request(run, run.inForce, facts, honestItems(run, unsettled(run).slice(0, most))));
    } catch (error) {
      // After many failed batches only one item fits; the next round asks for that.
      const passes =
        error instanceof RefusedError && (error.retry === "later" || error.code === "refused/batch-too-large");
      if (!passes) throw error;
    }
    run.chain.tick(12_000n, "both");
    checkInvariant(run);
  }
};

describe("a bridge under any schedule", () => {
  it("keeps custody equal to what it owes, settles each deposit once, and ends them all", () => {
    const seen = new Map<string, number>();
    const note = (name: string): void => {
      seen.set(name, (seen.get(name) ?? 0) + 1);
    };
    fc.assert(
      fc.property(fc.array(event, { minLength: 40, maxLength: 120 }), (events) => {
        const run = startRun();
        for (const what of events) {
          happen(run, what);
          if (what.type === "honest" || what.type === "hostileSubmit") run.chain.tick(12_000n, "both");
          checkInvariant(run);
        }
        finish(run);
        expect(unsettled(run)).toEqual([]);

        const scope = { bridgeId: id, issuer: ISSUER, asset: XUS.assetId, profiles: [profile] };
        const entries = run.chain.blocks.flatMap((extrinsic) => readJournalEntry(scope, extrinsic) ?? []);
        expect(entries).toHaveLength(run.chain.blocks.length);
        const history = replay(entries, anchorOf(id, run.inForce.ledger));
        expect(history).toMatchObject(run.inForce);
        expect(history.kept.map(({ number }) => number)).toEqual(
          run.ended.filter(({ kept }) => kept).map(({ number }) => number),
        );
        note(entries.length > history.entries.length ? "failed batches" : "no failed batch");
        if (run.paidOut.size > 0) note("payouts");
        if (run.inForce.ledger.paid.sent > 0n) note("folds");
        if (history.accounts.length > 0) note("registrations");
        for (const { settlement } of run.pool) for (const { type } of settlement.deposits) note(type);
      }),
      { numRuns: 80 },
    );
    // The schedules must reach what they are there to try.
    for (const name of ["failed batches", "payouts", "folds", "registrations", "minted", "refunded", "kept", "open"])
      expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
  }, 120_000);

  it("lets one of two clones' batches through, whichever comes first", () => {
    for (const first of [0, 1]) {
      const run = startRun();
      run.chain.pay({
        currency: "XUS",
        amount: 1_000n,
        other: SENDERS[0] ?? SINK,
        metadata: toAccount(USERS[0] ?? SINK),
      });
      run.chain.pay({
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
    run.chain.pay({
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
      run.chain.pay({
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
