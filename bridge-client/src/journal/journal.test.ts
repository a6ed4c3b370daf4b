import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { signSettlement } from "@pdiem/bridge/custody/signing";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { step as stepCodec } from "@pdiem/bridge/ledger/journal-entry";
import { ACCOUNTS, append } from "@pdiem/bridge/ledger/list";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { type Settlement, settle } from "@pdiem/bridge/settlement/settle";
import { ENCLAVE_SEED, exampleConfig, filled, ISSUER, XUS } from "@pdiem/bridge/testing/config";
import { refusal } from "@pdiem/bridge/testing/refusal";
import { BENEFICIARY, bridgeWith, createWorld, itemOf, paymentOf, SENDER, START } from "@pdiem/bridge/testing/world";
import { encode } from "@pdiem/light-client/codec/bcs";
import { EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { approveTransfer, batchAll, type Call, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import { describe, expect, it } from "vitest";
import { type JournalEntry, type JournalScope, readJournalEntry, replay } from "./journal.js";

const { profile } = exampleConfig.parachain;
const id = bridgeId(exampleConfig);
const scope: JournalScope = { bridgeId: id, issuer: ISSUER, asset: XUS.assetId, profiles: [profile] };

/** A bridge's first batches, each settling some items on top of the one before. */
const live = (batches: readonly Items[]): readonly Settlement[] => {
  const world = createWorld();
  world.setTime(START);
  world.parachain.setAccount(ISSUER, { nonce: 0 });
  const settlements = [settleGenesis({ config: exampleConfig, issuer: ISSUER, profile }, world.facts())];
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  for (let i = 0; i < 4; i++)
    world.diem.received.push(paymentOf({ metadata: i % 2 ? new Uint8Array() : paymentOf({}).metadata }));
  for (const items of batches) {
    const last = settlements.at(-1);
    if (last === undefined) throw new Error("expected a genesis");
    world.parachain.approve(last.anchor);
    world.parachain.setAccount(ISSUER, { nonce: last.ledger.nonce });
    world.setTime(last.ledger.time + exampleConfig.batchInterval);
    settlements.push(settle(bridgeWith(last.ledger), world.facts(), items));
  }
  return settlements;
};

const BLOCK = { number: 6, hash: filled(32, 1) };
const sign = (settlement: Settlement) =>
  signSettlement(ENCLAVE_SEED, exampleConfig, profile, BLOCK, settlement).extrinsic;
const batches: readonly Items[] = [
  { ...NO_ITEMS, deposits: [itemOf(0n), itemOf(1n)], registrations: [BENEFICIARY] },
  { ...NO_ITEMS, deposits: [itemOf(2n)] },
  { ...NO_ITEMS, deposits: [itemOf(3n)] },
];

const entriesOf = (settlements: readonly Settlement[]): readonly JournalEntry[] =>
  settlements.flatMap((settlement) => readJournalEntry(scope, sign(settlement)) ?? []);

/** An extrinsic of the given calls, by the given key. */
const extrinsicOf = (calls: readonly Call[], seed = ENCLAVE_SEED) =>
  buildExtrinsic(
    profile,
    {
      call: batchAll(calls),
      nonce: 5,
      birth: BLOCK,
      genesisHash: exampleConfig.parachain.genesisHash,
      specVersion: 900,
    },
    seed,
  );

describe("the journal", () => {
  it("gives back the ledger, the accounts and the releases from the signed extrinsics alone", () => {
    const settlements = live(batches);
    const last = settlements.at(-1);
    const history = replay(entriesOf(settlements).toReversed(), last?.anchor ?? filled(32, 0));
    expect(history.ledger).toEqual(last?.ledger);
    expect(history.accounts).toEqual([BENEFICIARY]);
    expect(history.releases.map(({ origin }) => origin)).toEqual(
      [1n, 3n].map((number) => ({ type: "deposit", value: { number } })),
    );
    expect(append(ACCOUNTS, EMPTY_ACCUMULATOR, history.accounts)).toEqual(last?.ledger.accounts);
    expect(history.entries.map(({ anchor }) => anchor)).toEqual(settlements.map(({ anchor }) => anchor));
    expect(history.entries[1]?.calls).toEqual(settlements[1]?.calls.slice(1, -2));
  });

  it("passes over batches that failed, also between those that took effect", () => {
    const settlements = live(batches);
    const failed = live([{ ...NO_ITEMS, deposits: [itemOf(0n)] }]).slice(1);
    const last = settlements.at(-1);
    const history = replay(entriesOf([...failed, ...settlements, ...failed]), last?.anchor ?? filled(32, 0));
    expect(history.ledger).toEqual(last?.ledger);
    expect(history.entries).toHaveLength(settlements.length);
  });

  it("passes over what the issuer or others put on the chain beside batches", () => {
    const [genesis] = live([]);
    if (genesis === undefined) throw new Error("expected a genesis");
    const [approve, told] = genesis.calls;
    if (approve === undefined || told === undefined) throw new Error("expected two calls");
    const stranger = filled(32, 0x33);
    const otherStep = { ...genesis.step, ledger: { ...genesis.ledger, worked: 1n } };
    for (const extrinsic of [
      new Uint8Array(),
      filled(100, 0xff),
      extrinsicOf([approve, told], stranger),
      extrinsicOf([told]),
      extrinsicOf([told, approve]),
      extrinsicOf([approve, remark(filled(40, 0xff))]),
      extrinsicOf([approve, remark(encode(stepCodec, otherStep))]),
      extrinsicOf([approveTransfer(XUS.assetId + 1, genesis.anchor, 1n), told]),
      extrinsicOf([approveTransfer(XUS.assetId, anchorOf(filled(32, 9), genesis.ledger), 1n), told]),
    ])
      expect(readJournalEntry(scope, extrinsic)).toBeUndefined();
    expect(readJournalEntry(scope, extrinsicOf([approve, told]))).toBeDefined();
    expect(readJournalEntry({ ...scope, bridgeId: filled(32, 9) }, extrinsicOf([approve, told]))).toBeUndefined();
  });

  it("says which batch it misses", () => {
    const settlements = live(batches);
    const anchor = settlements.at(-1)?.anchor ?? filled(32, 0);
    const entries = entriesOf(settlements);
    for (const missing of entries.keys())
      expect(
        refusal(() =>
          replay(
            entries.filter((_, i) => i !== missing),
            anchor,
          ),
        ),
      ).toBe("refused/journal-gap");
  });

  it("refuses leaves that don't make up the ledger", () => {
    const settlements = live(batches);
    const anchor = settlements.at(-1)?.anchor ?? filled(32, 0);
    const lying = entriesOf(settlements).map((entry) => ({ ...entry, step: { ...entry.step, accounts: [] } }));
    expect(refusal(() => replay(lying, anchor))).toBe("refused/journal");
  });

  it("refuses a way that starts from a ledger which others must have led to", () => {
    const settlements = live(batches);
    const last = settlements.at(-1);
    if (last === undefined) throw new Error("expected a ledger");
    const calls = last.calls.slice(-2);
    const forged = readJournalEntry(scope, extrinsicOf(calls));
    if (forged === undefined) throw new Error("expected it to read as a first batch");
    expect(forged.from).toBeUndefined();
    expect(refusal(() => replay([forged], last.anchor))).toBe("refused/journal");
    const whole = replay(entriesOf(settlements), last.anchor);
    const { accounts, releases } = whole;
    const told = { ...forged, step: { ...forged.step, accounts, releases } };
    expect(replay([told], last.anchor)).toMatchObject({ ledger: whole.ledger, accounts, releases, decisions: [] });
    for (const step of [
      { ...told.step, accounts: [filled(32, 7)] },
      { ...told.step, releases: releases.toReversed() },
    ])
      expect(refusal(() => replay([{ ...told, step }], last.anchor))).toBe("refused/journal");
  });
});
