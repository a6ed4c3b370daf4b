import { randomBytes } from "node:crypto";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import type { History } from "@pdiem/bridge-client/journal/history";
import { devAccount } from "@pdiem/devnet/asset-hub/dev-accounts";
import { connectOperator } from "@pdiem/devnet/asset-hub/operator";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import type { SignedBatch } from "@pdiem/enclave/wire/signing";
import { equal } from "@pdiem/light-client/bytes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  dryRun,
  historyAfter,
  include,
  journalOf,
  nextDeposits,
  type OpenBridge,
  openBridge,
  settleRequest,
  whyVoid,
} from "./support/batches.js";
import { createPayer, deposit } from "./support/deposits.js";
import { type Devnet, MIN_BALANCE, startDevnet } from "./support/devnet.js";
import { proveFinalState } from "./support/final-state.js";
import { prove } from "./support/proofs.js";
import { copyFiles, createBridge, type RunningEnclave, runEnclave } from "./support/test-bridge.js";

const FEE = 10_000n;
const REFUND_FEE = 20_000n;
const OUTDATED = { code: 1010, data: "Transaction is outdated" };

const AMOUNT = 1_000_000n;
const MAX_SKEW = 24_000n;
/** The parachain's time goes on by so much a block, ms. */
const BLOCK_TIME = 6_000n;
/** Length of a batch's era in blocks, that of its birth included. */
const PERIOD = 64;
/** `ApplyExtrinsicResult`: Ok(Ok(())). */
const APPLIED = "0x0000";
/** Assets that aren't sufficient: who holds one must have native tokens. */
const ASSETS = [4001, 4002] as const;
/** One of the parachain's own token, 12 decimals. */
const NATIVE = 1_000_000_000_000n;
const LEAVER_URI = "//Leaver";
const STAYER = devAccount("//Stayer").publicKey;
const LEAVER = devAccount(LEAVER_URI).publicKey;

let devnet: Devnet;
let bridge: OpenBridge;
let payer: DiemWallet;
/** In force when a test begins. */
let history: History;
beforeAll(async () => {
  devnet = await startDevnet();
  payer = createPayer(devnet);
  bridge = await openBridge(await createBridge(devnet));
  history = bridge.first;
});
afterAll(() => devnet.close());

/** Asks with facts of now. */
const requestFor = async (deposits: readonly bigint[], beneficiary: Uint8Array) =>
  settleRequest(
    bridge,
    history,
    await prove(bridge, {
      ledger: history.ledger,
      deposits,
      beneficiaries: [beneficiary],
      payees: [payer.address],
    }),
    nextDeposits(deposits.length),
  );

const finalBalance = async (account: Uint8Array): Promise<bigint> =>
  (await proveFinalState(bridge, { accounts: [account] })).balance(bridge.assets[0], account);

/** Puts the one in a block, then finds the other void, and its ledger never in force. */
const expectOneExecutes = async (one: SignedBatch, other: SignedBatch): Promise<void> => {
  await include(devnet, one);
  expect(await whyVoid(devnet, other)).toMatchObject(OUTDATED);
  const anchors = [one.anchor, other.anchor];
  const { isInForce } = await proveFinalState(bridge, { anchors });
  expect(anchors.map(isInForce)).toEqual([true, equal(one.anchor, other.anchor)]);
  history = historyAfter(bridge, history, one);
};

describe("a settlement asked for more than once", () => {
  it("mints once: the same request gives the same batch, which is void once it has executed", async () => {
    const beneficiary = randomBytes(32);
    await deposit(bridge, payer, beneficiary, 1_000_000n);
    const request = await requestFor([0n], beneficiary);
    const [first, second] = [await bridge.enclave.client.settle(request), await bridge.enclave.client.settle(request)];
    expect(second.extrinsic).toEqual(first.extrinsic);
    await expectOneExecutes(first, second);
    expect((await bridge.enclave.client.settle(request)).extrinsic).toEqual(first.extrinsic);
    expect(await finalBalance(beneficiary)).toBe(1_000_000n - FEE);
  });

  it("mints once, asked of two clones for different batches at different facts", async () => {
    const beneficiary = randomBytes(32);
    const clones = await Promise.all([1, 2].map(() => copyFiles(devnet, bridge.enclave.files)));
    const [one, other] = await Promise.all(clones.map((files) => runEnclave(devnet, files)));
    if (one === undefined || other === undefined) throw new RangeError("expected two clones");
    expect([one.key, other.key]).toEqual([bridge.issuer, bridge.issuer]);
    await deposit(bridge, payer, beneficiary, 2_000_000n);
    const early = await one.client.settle(await requestFor([1n], beneficiary));
    await deposit(bridge, payer, beneficiary, 3_000_000n);
    await devnet.produceBlocks(1);
    const late = await other.client.settle(await requestFor([1n, 2n], beneficiary));
    expect(late.extrinsic).not.toEqual(early.extrinsic);
    await expectOneExecutes(late, early);
    expect(await finalBalance(beneficiary)).toBe(2_000_000n + 3_000_000n - 2n * FEE);
    await expect(one.client.settle(await requestFor([1n], beneficiary))).rejects.toMatchObject({
      name: "EnclaveError",
      code: "refused/no-such-deposit",
    });
  });

  it("mints once, though the sealed file is put back to an older copy", async () => {
    const beneficiary = randomBytes(32);
    const { files, child } = bridge.enclave;
    const sealed = join(files.data, "sealed");
    await copyFile(sealed, `${sealed}.old`);
    await deposit(bridge, payer, beneficiary, 4_000_000n);
    const before = history;
    const request = await requestFor([3n], beneficiary);
    const signed = await bridge.enclave.client.settle(request);
    const { diem } = signed.lightClients;
    await include(devnet, signed);
    history = historyAfter(bridge, history, signed);

    await child.stop();
    await copyFile(`${sealed}.old`, sealed);
    const rolledBack = await runEnclave(devnet, files);
    const { role } = await rolledBack.client.status();
    expect(role).toMatchObject({ type: "holder" });
    if (role.type === "holder") expect(role.value.lightClients.diem.version).toBeLessThan(diem.version);
    const again = await rolledBack.client.settle(request);
    expect(again.extrinsic).toEqual(signed.extrinsic);
    expect(await whyVoid(devnet, again)).toMatchObject(OUTDATED);
    await expect(rolledBack.client.settle(await requestFor([3n], beneficiary))).rejects.toMatchObject({
      name: "EnclaveError",
      code: "refused/no-such-deposit",
    });
    history = before;
    await expect(rolledBack.client.settle(await requestFor([3n], beneficiary))).rejects.toMatchObject({
      name: "EnclaveError",
      code: "refused/not-in-force",
    });
    const state = await proveFinalState(bridge, { accounts: [beneficiary] });
    expect(state.balance(bridge.assets[0], beneficiary)).toBe(4_000_000n - FEE);
    expect(state.supply(bridge.assets[0])).toBe(10_000_000n - 4n * FEE);
  });
});

describe("a beneficiary that stops being able to receive between proof and inclusion", () => {
  let other: OpenBridge;

  beforeAll(async () => {
    const { operator } = devnet;
    const roles = { owner: operator.account, issuer: operator.account, admin: operator.account };
    for (const id of ASSETS)
      await operator.createAsset({ ...roles, freezer: operator.account, id, minBalance: MIN_BALANCE });
    other = await openBridge(await createBridge(devnet, { assets: ASSETS }));
    for (const account of [STAYER, LEAVER]) await operator.fundAccount(account, NATIVE);
  });

  /** Asks for the first two deposits. */
  const settle = async (): Promise<SignedBatch> => {
    const { ledger } = other.first;
    const shown = { ledger, deposits: [0n, 1n], beneficiaries: [STAYER, LEAVER], payees: [payer.address] };
    return other.enclave.client.settle(settleRequest(other, other.first, await prove(other, shown), nextDeposits(2)));
  };

  it("reverts the batch whole, takes nothing from anyone, and ends as a refund while the others are minted", async () => {
    await deposit(other, payer, STAYER, 1_000_000n);
    await deposit(other, payer, LEAVER, 2_000_000n);
    const doomed = await settle();
    expect(journalOf(other, doomed).entry.releases).toEqual([]);

    const leaver = await connectOperator({ url: devnet.assetHub.wsUrl, uri: LEAVER_URI });
    await leaver.reap(STAYER);
    await leaver.close();
    await include(devnet, doomed);

    const anchors = [anchorOf(bridgeId(other.config), other.first.ledger), doomed.anchor];
    const reverted = await proveFinalState(other, { accounts: [STAYER, LEAVER], anchors });
    expect(reverted.issuerNonce).toBe(doomed.nonce + 1);
    expect(anchors.map(reverted.isInForce)).toEqual([true, false]);
    expect([STAYER, LEAVER].map((account) => reverted.balance(ASSETS[0], account))).toEqual([0n, 0n]);
    expect(reverted.supply(ASSETS[0])).toBe(0n);
    expect(await whyVoid(devnet, doomed)).toMatchObject(OUTDATED);

    // One failed batch counts twice the interval.
    await devnet.produceBlocks(2);
    const otherwise = await settle();
    await include(devnet, otherwise);
    const settled = await proveFinalState(other, { accounts: [STAYER, LEAVER], anchors: [otherwise.anchor] });
    expect(settled.isInForce(otherwise.anchor)).toBe(true);
    expect([STAYER, LEAVER].map((account) => settled.balance(ASSETS[0], account))).toEqual([1_000_000n - FEE, 0n]);
    expect(settled.supply(ASSETS[0])).toBe(1_000_000n - FEE);
    expect(journalOf(other, otherwise).entry).toMatchObject({
      ledger: { deposits: 2n, waiting: { numLeaves: 0n }, currencies: [{ fees: FEE + REFUND_FEE }, { fees: 0n }] },
      releases: [
        {
          currency: "XUS",
          amount: 2_000_000n - REFUND_FEE,
          payee: payer.address,
          origin: { type: "deposit", value: { number: 1n } },
        },
      ],
    });
  });
});

describe("a settlement upon stale facts", () => {
  const beneficiary = randomBytes(32);
  let bridge: OpenBridge;
  beforeAll(async () => {
    bridge = await openBridge(await createBridge(devnet, { maxSkew: MAX_SKEW }));
    await deposit(bridge, payer, beneficiary, AMOUNT);
  });

  const proveDeposit = (): Promise<ProofBundle> =>
    prove(bridge, { ledger: bridge.first.ledger, deposits: [0n], beneficiaries: [beneficiary] });

  /** What the enclave makes of a request for the deposit. */
  const settle = ({ client }: RunningEnclave, proofs: ProofBundle) =>
    client.settle(settleRequest(bridge, bridge.first, proofs, nextDeposits(1)));

  const minted = async (): Promise<bigint> =>
    (await proveFinalState(bridge, { accounts: [beneficiary] })).balance(bridge.assets[0], beneficiary);

  describe("that don't belong together", () => {
    let older: ProofBundle;
    let newer: ProofBundle;
    beforeAll(async () => {
      older = await proveDeposit();
      await devnet.produceBlocks(1);
      newer = await proveDeposit();
    });

    const isCustody = ({ address }: { readonly address: Uint8Array }): boolean =>
      Buffer.from(bridge.config.diem.custody).equals(address);

    it.each<readonly [string, string, () => ProofBundle]>([
      [
        "accounts of an older ledger info",
        "proof/version",
        () => ({ ...newer, diem: { ...newer.diem, accounts: older.diem.accounts } }),
      ],
      [
        "custody alone of an older ledger info",
        "proof/version",
        () => ({
          ...newer,
          diem: {
            ...newer.diem,
            accounts: newer.diem.accounts.map((account) =>
              isCustody(account) ? (older.diem.accounts.find(isCustody) ?? account) : account,
            ),
          },
        }),
      ],
      [
        "the deposit by a proof for an older ledger info",
        // By its depth where the ledger has passed a power of two in between, else by its root.
        expect.stringMatching(/^proof\/accumulator-(?:root|depth)$/),
        () => ({ ...newer, diem: { ...newer.diem, events: older.diem.events } }),
      ],
      [
        "the parachain's head of an older relay block",
        "proof/missing-node",
        () => ({ ...newer, parachain: { ...newer.parachain, headProof: older.parachain.headProof } }),
      ],
      [
        "storage of an older block",
        "proof/not-shown",
        () => ({ ...newer, parachain: { ...newer.parachain, storageProof: older.parachain.storageProof } }),
      ],
    ])("are refused: %s", async (_, code, mixed) => {
      await expect(settle(bridge.enclave, mixed())).rejects.toMatchObject({ name: "EnclaveError", code });
    });
  });

  describe("at times of the two chains that are too far apart", () => {
    it("are refused, whichever chain's state was withheld", async () => {
      const behind = await runEnclave(devnet, await copyFiles(devnet, bridge.enclave.files));
      // Far enough ahead of the clock that the blocks' times follow each other by 6 s, however long
      // each takes.
      await devnet.produceBlocks(20);
      const before = await proveDeposit();
      devnet.holdDiemTime();
      await devnet.produceBlocks(Number(MAX_SKEW / BLOCK_TIME));
      const diemAtLimit = await proveDeposit();
      await devnet.produceBlocks(1);
      const diemBehind = await proveDeposit();
      devnet.releaseDiemTime();
      const now = await proveDeposit();

      const refusal = { name: "EnclaveError", code: "refused/skew" };
      await expect(settle(behind, { ...now, parachain: before.parachain })).rejects.toMatchObject(refusal);
      expect(await settle(bridge.enclave, diemAtLimit)).toMatchObject({ nonce: 1 });
      await expect(settle(bridge.enclave, diemBehind)).rejects.toMatchObject(refusal);
    });
  });

  describe("kept back", () => {
    it("can be included until its era ends, and is void from then on; what it would have settled is settled by another", async () => {
      const kept = await settle(bridge.enclave, await proveDeposit());
      await devnet.produceBlocks(PERIOD - 2);
      expect(devnet.assetHub.head().header.number).toBe(kept.birth.number + PERIOD - 2);
      expect(await dryRun(devnet, kept)).toBe(APPLIED);
      await devnet.produceBlocks(1);
      expect(await whyVoid(devnet, kept)).toMatchObject({ code: 1010, data: "Transaction has an ancient birth block" });
      expect(await minted()).toBe(0n);

      await include(devnet, await settle(bridge.enclave, await proveDeposit()));
      expect(await minted()).toBe(AMOUNT - FEE);
    });
  });
});
