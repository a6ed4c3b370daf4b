import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { bridgeId } from "../config/bridge-config.js";
import { governanceHash, initialGovernance } from "../governance/governance-state.js";
import { anchorOf } from "../ledger/anchor.js";
import { journalEntry } from "../ledger/journal-entry.js";
import { exampleConfig, filled, ISSUER, XDX, XUS } from "../testing/config.js";
import { DUAL_ATTESTATION_LIMIT, rootState } from "../testing/diem-world.js";
import { createWorld, exampleLedger, paymentOf, START, type World } from "../testing/world.js";
import { DIEM_ROOT } from "../withdrawal/payable.js";
import { entryOf } from "./assemble-batch.js";
import { settleGenesis } from "./genesis.js";

const freshWorld = (): World => {
  const world = createWorld();
  world.setTime(START);
  world.parachain.setAccount(ISSUER, { nonce: 0, free: exampleConfig.reserve + exampleConfig.genesisCost });
  return world;
};

const genesisIn = (world: World, config = exampleConfig) => settleGenesis(config, ISSUER, world.facts());

const STRANGER = filled(32, 0x55);

describe("PROTOCOL 5: genesis", () => {
  it("approves the first ledger's anchor and tells it", () => {
    const { calls, ledger, anchor, entry, nonce, specVersion } = genesisIn(freshWorld());
    expect(ledger).toEqual(exampleLedger);
    expect(anchor).toEqual(anchorOf(bridgeId(exampleConfig), ledger));
    expect(entry).toEqual(entryOf(ledger));
    expect(calls).toEqual([
      { type: "approveTransfer", asset: XUS.assetId, delegate: anchor, amount: 1n },
      { type: "remark", remark: encode(journalEntry, entry) },
    ]);
    expect({ nonce, specVersion }).toEqual({ nonce: 0, specVersion: 900 });
    expect(ledger.governance).toEqual(governanceHash(initialGovernance(exampleConfig)));
  });

  it("counts nothing that custody received or sent before", () => {
    const world = freshWorld();
    world.diem.received.push(paymentOf({}), paymentOf({}), paymentOf({}));
    world.diem.sent.push(paymentOf({}));
    world.diem.custody = { account: { sequenceNumber: 41n } };
    expect(genesisIn(world).ledger).toMatchObject({
      deposits: 3n,
      start: 41n,
      paid: { releases: 0n, events: 1n },
    });
  });

  it.each<[string, (world: World) => void]>([
    ["refused/custody-key", (world) => (world.diem.custody = { account: { authenticationKey: filled(32, 1) } })],
    [
      "refused/custody-withdrawal-capability",
      (world) => (world.diem.custody = { account: { withdrawCapability: undefined } }),
    ],
    [
      "refused/custody-rotation-capability",
      (world) => (world.diem.custody = { account: { keyRotationCapability: undefined } }),
    ],
    ["refused/custody-frozen", (world) => (world.diem.custody = { frozen: true })],
    ["refused/genesis-balances", (world) => (world.diem.custody = { balances: { XUS: 0n } })],
    [
      "refused/genesis-balances",
      (world) => {
        world.diem.custody = { balances: { XUS: 0n, XDX: 0n, ABC: 0n } };
        world.diem.others.set(toHex(DIEM_ROOT), rootState(DUAL_ATTESTATION_LIMIT, ["XUS", "XDX", "ABC"]));
      },
    ],
    ["refused/genesis-currencies", (world) => world.diem.others.set(toHex(DIEM_ROOT), rootState(1n, []))],
    ["refused/genesis-dual-attestation", (world) => world.diem.others.set(toHex(DIEM_ROOT), rootState(XUS.maximum))],
    ["refused/genesis-nonce", (world) => world.parachain.setAccount(ISSUER, { nonce: 1 })],
    [
      "refused/genesis-balance",
      (world) => world.parachain.setAccount(ISSUER, { free: exampleConfig.reserve + exampleConfig.genesisCost - 1n }),
    ],
    ["refused/issuer-absent", (world) => world.parachain.setAccount(ISSUER, undefined)],
    ["refused/genesis-supply", (world) => world.parachain.setAsset(XDX.assetId, { supply: 1n })],
    ["refused/genesis-owner", (world) => world.parachain.setAsset(XDX.assetId, { owner: STRANGER })],
    ["refused/genesis-issuer", (world) => world.parachain.setAsset(XUS.assetId, { issuer: STRANGER })],
    ["refused/genesis-admin", (world) => world.parachain.setAsset(XUS.assetId, { admin: STRANGER })],
    ["refused/genesis-freezer", (world) => world.parachain.setAsset(XUS.assetId, { freezer: ISSUER })],
    ["refused/genesis-min-balance", (world) => world.parachain.setAsset(XUS.assetId, { minBalance: 11n })],
    ["refused/asset-frozen", (world) => world.parachain.setAsset(XDX.assetId, { status: "frozen" })],
    ["refused/skew", (world) => (world.diem.time += exampleConfig.maxSkew + 1n)],
  ])("is refused: %s (%#)", (code, change) => {
    const world = freshWorld();
    change(world);
    expect(outcome(() => genesisIn(world))).toBe(code);
  });

  it("is refused on another Diem network", () => {
    const config = { ...exampleConfig, diem: { ...exampleConfig.diem, chainId: 5 } };
    expect(outcome(() => genesisIn(freshWorld(), config))).toBe("refused/genesis-chain-id");
  });

  it("is refused with roots of trust of a time to come", () => {
    const vouchedAt = (rootsTime: bigint) => genesisIn(freshWorld(), { ...exampleConfig, rootsTime });
    expect(outcome(() => vouchedAt(START + exampleConfig.maxSkew + 1n))).toBe("refused/genesis-roots-time");
    expect(vouchedAt(START + exampleConfig.maxSkew).nonce).toBe(0);
  });

  it("is refused for a bad configuration, and a missing asset", () => {
    const bad = { ...exampleConfig, guardians: { ...exampleConfig.guardians, threshold: 0 } };
    expect(outcome(() => genesisIn(freshWorld(), bad))).toBe("refused/config-threshold");
    const absent = { ...exampleConfig, currencies: [XUS, { ...XDX, assetId: 99 }] };
    expect(outcome(() => genesisIn(freshWorld(), absent))).toBe("refused/asset-absent");
  });
});
