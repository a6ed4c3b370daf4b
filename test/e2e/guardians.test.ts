import { randomBytes } from "node:crypto";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Action } from "@pdiem/bridge/governance/decision";
import { decisionsOf, type SettledDecision } from "@pdiem/bridge/governance/decision-chain";
import { addSignature, completeDecision, proposeDecision } from "@pdiem/bridge-client/guardians/decision-file";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { readJournalEntry } from "@pdiem/bridge-client/journal/journal";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { connectOperator, devAccount, type Operator } from "@pdiem/devnet/asset-hub/operator";
import { FREEZER_URI, GUARDIAN_SEEDS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import type { SignedBatch } from "@pdiem/enclave/api";
import { fromHex } from "@pdiem/light-client/bytes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decideRequest, include, ledgerOf, openBridge, settleRequest } from "./support/batches.js";
import { createPayer, deposit } from "./support/deposits.js";
import { type Devnet, startDevnet } from "./support/devnet.js";
import { prove } from "./support/evidence.js";
import { proveFinalState } from "./support/final-state.js";
import { createBridge, type TestBridge } from "./support/test-bridge.js";

/** Two of the parachain's blocks. */
const DECISION_DELAY = 12_000n;
const NEW_FREEZER_URI = "//Guardians//new";
const PAUSE: Action = { type: "pause", value: undefined };
const RESUME: Action = { type: "resume", value: undefined };

let devnet: Devnet;
let bridge: TestBridge;
let payer: DiemWallet;
let freezer: Operator;
let ledger: Ledger;
let decisions: readonly SettledDecision[] = [];
let deposits = 0n;

beforeAll(async () => {
  devnet = await startDevnet();
  bridge = await createBridge(devnet, { decisionDelay: DECISION_DELAY });
  const open = await openBridge(bridge);
  ledger = open.firstLedger;
  payer = createPayer(devnet);
  freezer = await connectOperator({ url: devnet.assetHub.wsUrl, uri: FREEZER_URI });
});
afterAll(async () => {
  await freezer.close();
  await devnet.close();
});

/** Signed by two of the guardians, each from the file that the one before passed on. */
const signed = (...actions: readonly Action[]): readonly SignedDecision[] =>
  actions.map((action, before) => {
    const place = { decisions: ledger.decisions, before, until: ledger.time + 3_600_000n };
    const proposed = proposeDecision(bridgeId(bridge.config), place, action);
    return completeDecision(bridge.config.guardians, GUARDIAN_SEEDS.slice(1).reduce(addSignature, proposed));
  });

const askDecide = async (proposed: readonly SignedDecision[]): Promise<SignedBatch> =>
  bridge.enclave.client.decide(decideRequest(bridge, { ledger, decisions }, await prove(bridge, { ledger }), proposed));

const takeOver = async (batch: SignedBatch): Promise<void> => {
  await include(devnet, batch);
  expect((await proveFinalState(bridge, { anchors: [fromHex(batch.anchor)] })).isInForce(fromHex(batch.anchor))).toBe(
    true,
  );
  ledger = ledgerOf(batch);
  const { issuer, assets, config } = bridge;
  const scope = { bridgeId: bridgeId(config), issuer, asset: assets[0], profiles: [config.parachain.profile] };
  const entry = readJournalEntry(scope, fromHex(batch.extrinsic));
  decisions = [...decisions, ...(entry === undefined ? [] : decisionsOf(entry.step))];
};

const decide = async (...actions: readonly Action[]): Promise<void> => takeOver(await askDecide(signed(...actions)));

/** Asks to settle the next deposit, which is there already. */
const askSettle = async (beneficiary: Uint8Array): Promise<SignedBatch> => {
  const shown = { ledger, deposits: [deposits], beneficiaries: [beneficiary], senders: [payer.address] };
  const request = settleRequest(bridge, ledger, await prove(bridge, shown), [deposits], decisions);
  return bridge.enclave.client.settle(request);
};

/** Pays in for a new account. */
const payIn = async (): Promise<Uint8Array> => {
  const beneficiary = randomBytes(32);
  await deposit(bridge, payer, beneficiary, 1_000_000n);
  return beneficiary;
};

const expectSettles = async (beneficiary: Uint8Array): Promise<void> => {
  await takeOver(await askSettle(beneficiary));
  deposits += 1n;
  const state = await proveFinalState(bridge, { accounts: [beneficiary] });
  expect(state.balance(bridge.assets[0], beneficiary)).toBeGreaterThan(0n);
};

const expectRefused = (beneficiary: Uint8Array, code: string): Promise<void> =>
  expect(askSettle(beneficiary)).rejects.toMatchObject({ code });

describe("guardians on a real runtime", () => {
  it("freeze at once: a batch that was signed before reverts, and no other is signed", async () => {
    const beneficiary = await payIn();
    const early = await askSettle(beneficiary);
    await freezer.freezeAsset(bridge.assets[0]);
    await include(devnet, early);
    const state = await proveFinalState(bridge, { accounts: [beneficiary], anchors: [fromHex(early.anchor)] });
    expect(state.isInForce(fromHex(early.anchor))).toBe(false);
    expect(state.balance(bridge.assets[0], beneficiary)).toBe(0n);
    await expectRefused(beneficiary, "refused/asset-frozen");
    await freezer.freezeAsset(bridge.assets[1]);
    await decide({ type: "thaw", value: undefined });
    await expectRefused(beneficiary, "refused/paused");
    await decide(RESUME);
    await devnet.produceBlocks(2);
    await expectSettles(beneficiary);
  });

  it("pause and resume, once for each decision that they sign", async () => {
    const beneficiary = await payIn();
    const pause = signed(PAUSE);
    await takeOver(await askDecide(pause));
    await expectRefused(beneficiary, "refused/paused");
    await decide(RESUME);
    await expect(askDecide(pause)).rejects.toMatchObject({ code: "refused/decision-number" });
    await expectSettles(beneficiary);
  });

  it("hand over to others after the delay, who are made Freezer before anything else is signed", async () => {
    const account = devAccount(NEW_FREEZER_URI).publicKey;
    await devnet.operator.fundAccount(account, 1_000_000_000_000n);
    await decide({ type: "guardians", value: { ...bridge.config.guardians, freezer: account } });
    const beneficiary = await payIn();
    await devnet.produceBlocks(3);
    await expectRefused(beneficiary, "refused/freezer");
    await takeOver(await askDecide([]));
    await expect(freezer.freezeAsset(bridge.assets[0])).rejects.toThrow("NoPermission");
    const other = await connectOperator({ url: devnet.assetHub.wsUrl, uri: NEW_FREEZER_URI });
    await other.freezeAsset(bridge.assets[1]);
    await other.close();
    await decide(RESUME);
    await expectSettles(beneficiary);
  });
});
