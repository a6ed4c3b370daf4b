import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { ASSET_HUB } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { describe, expect, it } from "vitest";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { type JournalScope, readJournalEntry, replay, scopeAfter } from "./journal.js";
import type { Settlement } from "@pdiem/bridge/settlement/settle";
import { signSettlement } from "@pdiem/bridge/custody/signing";
import { ENCLAVE_SEED, exampleConfig, filled, ISSUER, XDX, XUS } from "@pdiem/bridge/testing/config";
import {
  after,
  decided,
  EXAMPLE_ID,
  type Governance,
  governedBridge,
  PAUSE,
  RESUME,
  sign,
  worldAfter,
} from "@pdiem/bridge/testing/guardians";
import { refusal } from "@pdiem/bridge/testing/refusal";
import { createWorld, START } from "@pdiem/bridge/testing/world";
import type { Action } from "@pdiem/bridge/governance/decision";
import { settleDecisions } from "@pdiem/bridge/governance/decision-batch";
import { checkDecisions } from "@pdiem/bridge/governance/decision-chain";
import { NO_SETS } from "@pdiem/bridge/governance/misbehaviour";
import { toldProfiles } from "./told-profiles.js";

const { profile } = exampleConfig.parachain;
const scope: JournalScope = { bridgeId: EXAMPLE_ID, issuer: ISSUER, asset: XUS.assetId, profiles: [profile] };
const upgraded: Action = { type: "profile", value: ASSET_HUB };

const signed = (settlement: Settlement, by: ChainProfile = profile): Uint8Array =>
  signSettlement(ENCLAVE_SEED, exampleConfig, by, { number: 6, hash: filled(32, 1) }, settlement).extrinsic;

const genesisBatch = (): Settlement => {
  const world = createWorld();
  world.setTime(START);
  world.parachain.setAccount(ISSUER, { nonce: 0 });
  return settleGenesis({ config: exampleConfig, issuer: ISSUER, profile }, world.facts());
};

const batchOf = (governance: Governance, actions: readonly Action[], by = profile, frozen = false): Settlement => {
  const world = worldAfter(governance);
  if (frozen)
    for (const { assetId } of exampleConfig.currencies) world.parachain.setAsset(assetId, { status: "frozen" });
  const decisions = decided(governance, ...actions).map((one) => sign(one));
  return settleDecisions({ ...governedBridge(governance), profile: by }, world.parachain.facts(), NO_SETS, decisions);
};

const genesis = genesisBatch();
const start: Governance = { ledger: genesis.ledger, decisions: [] };
const paused = batchOf(start, [PAUSE, upgraded]);
const thawed = batchOf(after(start, paused), [RESUME], profile, true);

describe("the journal of decisions", () => {
  it("gives them back with their batches' times, for requests to carry", () => {
    const entries = [genesis, paused, thawed].flatMap((one) => readJournalEntry(scope, signed(one)) ?? []);
    const history = replay(entries, thawed.anchor);
    expect(history.decisions).toEqual(after(after(start, paused), thawed).decisions);
    checkDecisions(history.decisions, thawed.ledger.decisions);
    expect(history.decisions.map(({ thawed: hasThawed }) => hasThawed)).toEqual([false, false, true]);
    expect(history.entries.map(({ step }) => step.decisions.length)).toEqual([0, 2, 1]);
    expect(history.entries[2]).toMatchObject({
      from: paused.anchor,
      calls: [
        { type: "thawAsset", asset: XUS.assetId },
        { type: "thawAsset", asset: XDX.assetId },
      ],
    });
  });

  it("refuses a history that keeps one back, or tells another", () => {
    const entries = [genesis, paused, thawed].flatMap((one) => readJournalEntry(scope, signed(one)) ?? []);
    const told = entries.map((entry) => ({
      ...entry,
      step: { ...entry.step, decisions: entry.step.decisions.slice(1) },
    }));
    const flipped = entries.map((entry) => ({ ...entry, step: { ...entry.step, thawed: !entry.step.thawed } }));
    expect(refusal(() => replay(told, thawed.anchor))).toBe("refused/journal");
    expect(refusal(() => replay(flipped, thawed.anchor))).toBe("refused/journal");
  });

  it("is read where a batch brings the very profile that it is encoded with", () => {
    const self = batchOf(start, [PAUSE, upgraded], ASSET_HUB);
    const extrinsic = signed(self, ASSET_HUB);
    expect(toldProfiles(extrinsic)).toEqual([ASSET_HUB]);
    expect(readJournalEntry(scope, extrinsic)).toMatchObject({ anchor: self.anchor, from: genesis.anchor });
    const entries = [signed(genesis), extrinsic].flatMap((one) => readJournalEntry(scope, one) ?? []);
    expect(replay(entries, self.anchor).decisions).toHaveLength(2);
  });

  it("goes on with profiles that were taken up before", () => {
    const self = batchOf(start, [PAUSE, upgraded], ASSET_HUB);
    const next = batchOf(after(start, self), [RESUME], ASSET_HUB);
    const entry = readJournalEntry(scope, signed(self, ASSET_HUB));
    if (entry === undefined) throw new Error("expected a batch");
    expect(readJournalEntry(scope, signed(next, ASSET_HUB))).toBeUndefined();
    expect(readJournalEntry(scopeAfter(scope, entry), signed(next, ASSET_HUB))).toMatchObject({ from: self.anchor });
  });

  it("isn't what a stranger says, nor what tells no profile", () => {
    const self = signed(batchOf(start, [PAUSE, upgraded], ASSET_HUB), ASSET_HUB);
    expect(readJournalEntry({ ...scope, issuer: filled(32, 1) }, self)).toBeUndefined();
    expect(toldProfiles(signed(paused))).toEqual([ASSET_HUB]);
    expect(toldProfiles(signed(thawed))).toEqual([]);
    expect(toldProfiles(new Uint8Array())).toEqual([]);
    const other = signSettlement(
      filled(32, 0x33),
      exampleConfig,
      ASSET_HUB,
      { number: 6, hash: filled(32, 1) },
      paused,
    );
    expect(readJournalEntry(scope, other.extrinsic)).toBeUndefined();
  });
});
