import { randomBytes } from "node:crypto";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Action } from "@pdiem/bridge/governance/action";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { addSignature, completeDecision, proposeDecision } from "@pdiem/bridge-client/guardians/decision-file";
import type { History } from "@pdiem/bridge-client/journal/history";
import { connectOperator, devAccount, type Operator } from "@pdiem/devnet/asset-hub/operator";
import { FREEZER_URI, GUARDIAN_SEEDS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import type { SignedBatch } from "@pdiem/enclave/wire/signing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decideRequest, historyAfter, include, nextDeposits, openBridge, settleRequest } from "./support/batches.js";
import { createPayer, deposit } from "./support/deposits.js";
import { type Devnet, startDevnet } from "./support/devnet.js";
import { proveFinalState } from "./support/final-state.js";
import { prove } from "./support/proofs.js";
import { createBridge, type TestBridge } from "./support/test-bridge.js";

/** Two of the parachain's blocks, and with the time in which the whole supply can leave, four. */
const DECISION_DELAY = 12_000n;
const WINDOW = 6_000n;
const BLOCKS_UNTIL_DUE = 5;
const NEW_FREEZER_URI = "//Guardians//new";
const PAUSE: Action = { type: "pause", value: undefined };
const RESUME: Action = { type: "resume", value: undefined };
const THAW: Action = { type: "thaw", value: undefined };

let devnet: Devnet;
let bridge: TestBridge;
let payer: DiemWallet;
let freezer: Operator;
/** In force when a test begins. */
let history: History;

beforeAll(async () => {
  devnet = await startDevnet();
  bridge = await createBridge(devnet, { decisionDelay: DECISION_DELAY, windowLength: WINDOW });
  history = (await openBridge(bridge)).first;
  payer = createPayer(devnet);
  freezer = await connectOperator({ url: devnet.assetHub.wsUrl, uri: FREEZER_URI });
});
afterAll(async () => {
  await freezer?.close();
  await devnet?.close();
});

/** Signed by two of the guardians, each from the file that the one before passed on. */
const signed = (...actions: readonly Action[]): SignedDecision => {
  const { governance, ledger } = history;
  const place = { governance, until: ledger.time + 3_600_000n };
  const proposed = proposeDecision(bridgeId(bridge.config), place, ...actions);
  return completeDecision(governance.guardians, GUARDIAN_SEEDS.slice(1).reduce(addSignature, proposed));
};

const askDecide = async (decision: SignedDecision): Promise<SignedBatch> => {
  const proofs = await prove(bridge, { ledger: history.ledger });
  return bridge.enclave.client.decide(decideRequest(bridge, history, proofs, decision));
};

const takeOver = async (batch: SignedBatch): Promise<void> => {
  await include(devnet, batch);
  const { isInForce } = await proveFinalState(bridge, { anchors: [batch.anchor] });
  expect(isInForce(batch.anchor)).toBe(true);
  history = historyAfter(bridge, history, batch);
};

const decide = async (...actions: readonly Action[]): Promise<void> => takeOver(await askDecide(signed(...actions)));

/** Asks to settle the next deposit, which is there already. */
const askSettle = async (beneficiary: Uint8Array): Promise<SignedBatch> => {
  const { ledger } = history;
  const shown = { ledger, deposits: [ledger.deposits], beneficiaries: [beneficiary], payees: [payer.address] };
  return bridge.enclave.client.settle(settleRequest(bridge, history, await prove(bridge, shown), nextDeposits(1)));
};

/** Pays in for a new account. */
const payIn = async (): Promise<Uint8Array> => {
  const beneficiary = randomBytes(32);
  await deposit(bridge, payer, beneficiary, 1_000_000n);
  return beneficiary;
};

const expectSettles = async (beneficiary: Uint8Array): Promise<void> => {
  await takeOver(await askSettle(beneficiary));
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
    const state = await proveFinalState(bridge, { accounts: [beneficiary], anchors: [early.anchor] });
    expect(state.isInForce(early.anchor)).toBe(false);
    expect(state.balance(bridge.assets[0], beneficiary)).toBe(0n);
    await expectRefused(beneficiary, "refused/asset-frozen");
    await freezer.freezeAsset(bridge.assets[1]);
    await decide(THAW);
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
    await expect(askDecide(pause)).rejects.toMatchObject({ code: "refused/decision-governance" });
    await expectSettles(beneficiary);
  });

  it("decide several actions whole, or none of them", async () => {
    const { code } = bridge.config.currencies[0] ?? { code: "" };
    const windows = { currency: code, mint: 600_000_000n, release: 600_000_000n, refund: 600_000_000n };
    const count = history.governance.count;
    const outOfBounds: Action = { type: "bounds", value: { currency: code, minimum: 1n, maximum: 2n } };
    await expect(askDecide(signed({ type: "amnesty", value: true }, outOfBounds))).rejects.toMatchObject({
      code: "refused/config-minimum",
    });
    const bounds: Action = { type: "bounds", value: { currency: code, minimum: 200_000n, maximum: 600_000_000n } };
    await decide({ type: "amnesty", value: true }, { type: "windows", value: windows }, bounds);
    const { governance } = history;
    expect(governance).toMatchObject({ count: count + 1n, amnesty: true, delayed: [{ action: bounds }] });
    expect(governance.limits.currencies[0]).toMatchObject({ mint: 600_000_000n, minimum: 100_000n });
    await decide(PAUSE, { type: "amnesty", value: false });
    expect(history.governance).toMatchObject({ paused: true, amnesty: false, delayed: [] });
    await decide(RESUME);
  });

  it("hand over to others after the delay, whom the next settlement makes Freezer", async () => {
    const account = devAccount(NEW_FREEZER_URI).publicKey;
    await devnet.operator.fundAccount(account, 1_000_000_000_000n);
    await decide({ type: "guardians", value: { ...bridge.config.guardians, freezer: account } });
    await devnet.produceBlocks(BLOCKS_UNTIL_DUE);
    const other = await connectOperator({ url: devnet.assetHub.wsUrl, uri: NEW_FREEZER_URI });
    try {
      // What is due counts by active time: this settlement lets it pass, the next one finds it due.
      await expectSettles(await payIn());
      await expect(other.freezeAsset(bridge.assets[0])).rejects.toThrow("NoPermission");
      await expectSettles(await payIn());
      await expect(freezer.freezeAsset(bridge.assets[0])).rejects.toThrow("NoPermission");
      await other.freezeAsset(bridge.assets[1]);
    } finally {
      await other.close();
    }
    await decide(THAW, RESUME);
    expect(history.governance.guardians.freezer).toEqual(account);
    await expectSettles(await payIn());
  });
});
