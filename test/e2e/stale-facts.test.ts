import { randomBytes } from "node:crypto";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  dryRun,
  include,
  nextDeposits,
  type OpenBridge,
  openBridge,
  settleRequest,
  whyVoid,
} from "./support/batches.js";
import { createPayer, deposit } from "./support/deposits.js";
import { type Devnet, startDevnet } from "./support/devnet.js";
import { proveFinalState } from "./support/final-state.js";
import { prove } from "./support/proofs.js";
import { copyFiles, createBridge, type RunningEnclave, runEnclave } from "./support/test-bridge.js";

const AMOUNT = 1_000_000n;
const FEE = 10_000n;
const MAX_SKEW = 24_000n;
/** The parachain's time goes on by so much a block, ms. */
const BLOCK_TIME = 6_000n;
/** Length of a batch's era in blocks, that of its birth included. */
const PERIOD = 64;
/** `ApplyExtrinsicResult`: Ok(Ok(())). */
const APPLIED = "0x0000";

const beneficiary = randomBytes(32);
let devnet: Devnet;
let bridge: OpenBridge;
let payer: DiemWallet;
beforeAll(async () => {
  devnet = await startDevnet();
  payer = createPayer(devnet);
  bridge = await openBridge(await createBridge(devnet, { maxSkew: MAX_SKEW }));
  await deposit(bridge, payer, beneficiary, AMOUNT);
});
afterAll(() => devnet.close());

const proveDeposit = (): Promise<ProofBundle> =>
  prove(bridge, { ledger: bridge.first.ledger, deposits: [0n], beneficiaries: [beneficiary] });

/** What the enclave makes of a request for the deposit. */
const settle = ({ client }: RunningEnclave, proofs: ProofBundle) =>
  client.settle(settleRequest(bridge, bridge.first, proofs, nextDeposits(1)));

const minted = async (): Promise<bigint> =>
  (await proveFinalState(bridge, { accounts: [beneficiary] })).balance(bridge.assets[0], beneficiary);

describe("facts that don't belong together", () => {
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

describe("times of the two chains that are too far apart", () => {
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

describe("a batch kept back", () => {
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
