import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { devAccount } from "@pdiem/devnet/asset-hub/dev-accounts";
import { connectOperator } from "@pdiem/devnet/asset-hub/operator";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import type { SignedBatch } from "@pdiem/enclave/wire/signing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { include, journalOf, nextDeposits, type OpenBridge, openBridge, settleRequest, whyVoid } from "./support/batches.js";
import { createPayer, deposit } from "./support/deposits.js";
import { type Devnet, MIN_BALANCE, startDevnet } from "./support/devnet.js";
import { proveFinalState } from "./support/final-state.js";
import { prove } from "./support/proofs.js";
import { createBridge } from "./support/test-bridge.js";

/** Assets that aren't sufficient: who holds one must have native tokens. */
const ASSETS = [4001, 4002] as const;
const FEE = 10_000n;
const REFUND_FEE = 20_000n;
/** One of the parachain's own token, 12 decimals. */
const NATIVE = 1_000_000_000_000n;
const LEAVER_URI = "//Leaver";
const STAYER = devAccount("//Stayer").publicKey;
const LEAVER = devAccount(LEAVER_URI).publicKey;

let devnet: Devnet;
let bridge: OpenBridge;
let payer: DiemWallet;
beforeAll(async () => {
  devnet = await startDevnet();
  const { operator } = devnet;
  const roles = { owner: operator.account, issuer: operator.account, admin: operator.account };
  for (const id of ASSETS)
    await operator.createAsset({ ...roles, freezer: operator.account, id, minBalance: MIN_BALANCE });
  payer = createPayer(devnet);
  bridge = await openBridge(await createBridge(devnet, { assets: ASSETS }));
  for (const account of [STAYER, LEAVER]) await operator.fundAccount(account, NATIVE);
});
afterAll(() => devnet.close());

/** Asks for the first two deposits. */
const settle = async (): Promise<SignedBatch> => {
  const { ledger } = bridge.first;
  const shown = { ledger, deposits: [0n, 1n], beneficiaries: [STAYER, LEAVER], payees: [payer.address] };
  return bridge.enclave.client.settle(settleRequest(bridge, bridge.first, await prove(bridge, shown), nextDeposits(2)));
};

describe("a beneficiary that stops being able to receive between proof and inclusion", () => {
  it("reverts the batch whole, takes nothing from anyone, and ends as a refund while the others are minted", async () => {
    await deposit(bridge, payer, STAYER, 1_000_000n);
    await deposit(bridge, payer, LEAVER, 2_000_000n);
    const doomed = await settle();
    expect(journalOf(bridge, doomed).entry.releases).toEqual([]);

    const leaver = await connectOperator({ url: devnet.assetHub.wsUrl, uri: LEAVER_URI });
    await leaver.reap(STAYER);
    await leaver.close();
    await include(devnet, doomed);

    const anchors = [anchorOf(bridgeId(bridge.config), bridge.first.ledger), doomed.anchor];
    const reverted = await proveFinalState(bridge, { accounts: [STAYER, LEAVER], anchors });
    expect(reverted.issuerNonce).toBe(doomed.nonce + 1);
    expect(anchors.map(reverted.isInForce)).toEqual([true, false]);
    expect([STAYER, LEAVER].map((account) => reverted.balance(ASSETS[0], account))).toEqual([0n, 0n]);
    expect(reverted.supply(ASSETS[0])).toBe(0n);
    expect(await whyVoid(devnet, doomed)).toMatchObject({ code: 1010, data: "Transaction is outdated" });

    // One failed batch counts twice the interval.
    await devnet.produceBlocks(2);
    const otherwise = await settle();
    await include(devnet, otherwise);
    const settled = await proveFinalState(bridge, { accounts: [STAYER, LEAVER], anchors: [otherwise.anchor] });
    expect(settled.isInForce(otherwise.anchor)).toBe(true);
    expect([STAYER, LEAVER].map((account) => settled.balance(ASSETS[0], account))).toEqual([1_000_000n - FEE, 0n]);
    expect(settled.supply(ASSETS[0])).toBe(1_000_000n - FEE);
    expect(journalOf(bridge, otherwise).entry).toMatchObject({
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
