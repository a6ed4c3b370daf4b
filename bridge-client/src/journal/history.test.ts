import { batchToSign } from "@pdiem/bridge/custody/signing";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { journalEntry } from "@pdiem/bridge/ledger/journal-entry";
import type { Batch } from "@pdiem/bridge/settlement/batch";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { settle } from "@pdiem/bridge/settlement/settle";
import { ENCLAVE_SEED, EXAMPLE_ID, exampleConfig, filled, ISSUER, XUS } from "@pdiem/bridge/testing/config";
import { decideIn } from "@pdiem/bridge/testing/decisions";
import { decided, PAUSE, sign as signDecision, worldAfter } from "@pdiem/bridge/testing/guardians";
import { signWith } from "@pdiem/bridge/testing/sign";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  exampleGovernance,
  paymentOf,
  putOff,
  SENDER,
  START,
  settleNext,
  toAccount,
} from "@pdiem/bridge/testing/world";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { encode } from "@pdiem/light-client/codec/bcs";
import { approveTransfer, batchAll, type Call, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { replay } from "./history.js";
import { type JournalBatch, type JournalScope, readJournalBatch } from "./journal-batch.js";

const scope: JournalScope = { bridgeId: EXAMPLE_ID, issuer: ISSUER };
const ENCODING = { transactionVersion: STATEMINE_900.transactionVersion, proof: undefined };

/** A bridge's first batches, each settling some items on top of the one before. */
const live = (steps: readonly Items[], beneficiary = BENEFICIARY): readonly Batch[] => {
  const world = createWorld();
  world.setTime(START);
  world.parachain.setAccount(ISSUER, { nonce: 0 });
  const batches: Batch[] = [settleGenesis(exampleConfig, ISSUER, world.facts())];
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.parachain.setAccount(beneficiary, {});
  for (let i = 0; i < 6; i++)
    world.diem.received.push(paymentOf({ metadata: i % 2 ? new Uint8Array() : toAccount(beneficiary) }));
  for (const items of steps) {
    const last = batches.at(-1);
    if (last === undefined) throw new Error("expected a genesis");
    world.parachain.approve(last.anchor);
    world.parachain.setAccount(ISSUER, { nonce: last.ledger.nonce });
    world.setTime(last.ledger.time + exampleConfig.batchInterval);
    batches.push(settle(bridgeWith(last.ledger), world.facts(), items, []));
  }
  return batches;
};

const signed = (batch: Batch): Uint8Array =>
  signWith(ENCLAVE_SEED, batchToSign(exampleConfig, ISSUER, ENCODING, createWorld().parachain.facts(), batch))
    .extrinsic;
const STEPS: readonly Items[] = [
  { ...NO_ITEMS, admissions: [settleNext(), settleNext()], registrations: [BENEFICIARY] },
  { ...NO_ITEMS, admissions: [settleNext(), putOff(2)] },
  { ...NO_ITEMS, admissions: [settleNext()] },
];

const read = (batches: readonly Batch[]): readonly JournalBatch[] =>
  batches.flatMap((batch) => readJournalBatch(scope, signed(batch)) ?? []);
const anchorIn = (batches: readonly Batch[]): Uint8Array => batches.at(-1)?.anchor ?? filled(32, 0);

/** An extrinsic of the given calls, by the given key. */
const extrinsicOf = (calls: readonly Call[], seed = ENCLAVE_SEED) =>
  buildExtrinsic(
    pinnedFormat(STATEMINE_900),
    {
      call: batchAll(calls),
      nonce: 5,
      mortalPeriod: 64,
      birth: { number: 6, hash: filled(32, 1) },
      genesisHash: exampleConfig.parachain.genesisHash,
      specVersion: STATEMINE_900.specVersion,
      transactionVersion: STATEMINE_900.transactionVersion,
    },
    seed,
  );

describe("PROTOCOL 3: the journal", () => {
  it("gives the ledger and every leaf back from the signed extrinsics alone, without metadata", () => {
    const batches = live(STEPS);
    const history = replay(exampleConfig, read(batches).toReversed(), anchorIn(batches));
    expect(history.ledger).toEqual(batches.at(-1)?.ledger);
    expect(history.accounts).toEqual([BENEFICIARY]);
    expect(history.releases.map(({ origin }) => origin)).toEqual(
      [1n, 5n].map((number) => ({ type: "deposit", value: { number } })),
    );
    expect(history.waiting).toEqual([3n, 4n].map((value) => ({ type: "deposit", value })));
    expect(history.batches.map(({ anchor }) => anchor)).toEqual(batches.map(({ anchor }) => anchor));
    expect(history.governance).toEqual(exampleGovernance);
    expect(history.trees.waiting.list()).toEqual(history.ledger.waiting);
  });

  it("gives back what guardians have decided", () => {
    const batches = live(STEPS);
    const last = batches.at(-1);
    if (last === undefined) throw new Error("expected a ledger");
    const before = { ledger: last.ledger, governance: exampleGovernance };
    const decision = signDecision(decided(before, PAUSE));
    const batch = decideIn(worldAfter(before), before, decision);
    const history = replay(exampleConfig, read([...batches, batch]), batch.anchor);
    expect(history.governance.paused).toBe(true);
    expect(history.decisions).toEqual([{ decision, state: history.governance, ledger: batch.ledger }]);
  });

  it("passes over batches that failed, also between those that took effect", () => {
    const batches = live(STEPS);
    const failed = live([{ ...NO_ITEMS, admissions: [settleNext()] }]).slice(1);
    const history = replay(exampleConfig, read([...failed, ...batches, ...failed]), anchorIn(batches));
    expect(history.ledger).toEqual(batches.at(-1)?.ledger);
    expect(history.batches).toHaveLength(batches.length);
  });

  it("isn't led astray by a deposit for an account that is a failed batch's anchor", () => {
    const failed = live([{ ...NO_ITEMS, admissions: [settleNext()] }]).slice(1);
    const lure = failed[0]?.anchor ?? filled(32, 0);
    const batches = live(STEPS, lure);
    expect(batches[1]?.calls).toContainEqual(expect.objectContaining({ type: "mint", beneficiary: lure }));
    const history = replay(exampleConfig, read([...failed, ...batches]), anchorIn(batches));
    expect(history.batches.map(({ anchor }) => anchor)).toEqual(batches.map(({ anchor }) => anchor));
  });

  it("passes over what the issuer or others put on the chain beside batches", () => {
    const [genesis] = live([]);
    if (genesis === undefined) throw new Error("expected a genesis");
    const [approve, told] = genesis.calls;
    if (approve === undefined || told === undefined) throw new Error("expected two calls");
    const other = { ...genesis.entry, ledger: { ...genesis.ledger, active: 1n } };
    for (const extrinsic of [
      new Uint8Array(),
      filled(100, 0xff),
      extrinsicOf([approve, told], filled(32, 0x33)),
      extrinsicOf([told]),
      extrinsicOf([told, approve]),
      extrinsicOf([approve, remark(filled(40, 0xff))]),
      extrinsicOf([approve, remark(encode(journalEntry, other))]),
      extrinsicOf([approveTransfer(XUS.assetId, anchorOf(filled(32, 9), genesis.ledger), 1n), told]),
    ])
      expect(readJournalBatch(scope, extrinsic)).toBeUndefined();
    expect(readJournalBatch(scope, extrinsicOf([approve, told]))).toBeDefined();
    expect(readJournalBatch({ ...scope, bridgeId: filled(32, 9) }, extrinsicOf([approve, told]))).toBeUndefined();
  });

  it("says which batch it misses", () => {
    const batches = read(live(STEPS));
    const anchor = batches.at(-1)?.anchor ?? filled(32, 0);
    for (const missing of batches.keys()) {
      const others = batches.filter((_, i) => i !== missing);
      expect(outcome(() => replay(exampleConfig, others, anchor))).toBe("refused/journal-gap");
    }
  });

  it("refuses leaves that don't make up the ledger, and another governance state", () => {
    const batches = read(live(STEPS));
    const anchor = batches.at(-1)?.anchor ?? filled(32, 0);
    const lying = (change: Partial<JournalBatch["entry"]>) =>
      batches.map((batch) => ({ ...batch, entry: { ...batch.entry, ...change } }));
    for (const change of [
      { accounts: [] },
      { releases: [] },
      { waiting: { deposits: [], releases: [] } },
      { governance: { state: { ...exampleGovernance, paused: true }, decision: signDecision(anyDecision) } },
    ])
      expect(outcome(() => replay(exampleConfig, lying(change), anchor))).toBe("refused/journal");
  });

  it("refuses a way that starts from a ledger which others must have led to", () => {
    const batches = read(live(STEPS));
    const last = batches.at(-1);
    if (last === undefined) throw new Error("expected a ledger");
    const forged = { ...last, entry: { ...last.entry, ledger: { ...last.entry.ledger, nonce: 1 } } };
    expect(outcome(() => replay(exampleConfig, [forged], last.anchor))).toBe("refused/journal");
  });
});

const anyDecision = { governance: filled(32, 1), until: 1n, actions: [PAUSE] };
