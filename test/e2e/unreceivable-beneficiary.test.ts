import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { readJournalEntry } from "@pdiem/bridge-client/journal/journal";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import type { Step } from "@pdiem/bridge/ledger/journal-entry";
import { devAccount } from "@pdiem/devnet/asset-hub/dev-accounts";
import { connectOperator } from "@pdiem/devnet/asset-hub/operator";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import type { SignedBatch } from "@pdiem/enclave/api";
import { fromHex } from "@pdiem/light-client/bytes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { include, ledgerOf, type OpenBridge, openBridge, settleRequest, whyVoid } from "./support/batches.js";
import { createPayer, deposit } from "./support/deposits.js";
import { type Devnet, MIN_BALANCE, startDevnet } from "./support/devnet.js";
import { prove } from "./support/evidence.js";
import { proveFinalState } from "./support/final-state.js";
import { createBridge } from "./support/test-bridge.js";

/** Assets that aren't sufficient: who holds one must have native tokens. */
const ASSETS = [4001, 4002] as const;
const FEE = 10_000n;
const REFUND_FEE = 20_000n;
/** Of the parachain's own token, 12 decimals. */
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

const settle = async (ledger: Ledger, deposits: readonly bigint[]): Promise<SignedBatch> => {
  const shown = { ledger, deposits, beneficiaries: [STAYER, LEAVER], senders: [payer.address] };
  return bridge.enclave.client.settle(settleRequest(bridge, ledger, await prove(bridge, shown), deposits));
};

/** What the batch tells in its remark. */
const stepOf = ({ extrinsic }: SignedBatch): Step | undefined => {
  const { config, issuer } = bridge;
  const scope = { bridgeId: bridgeId(config), issuer, asset: ASSETS[0], profiles: [config.parachain.profile] };
  return readJournalEntry(scope, fromHex(extrinsic))?.step;
};

describe("a beneficiary that stops being able to receive between proof and inclusion", () => {
  it("reverts the batch whole, takes nothing from anyone, and ends as a refund while the others are minted", async () => {
    const { firstLedger } = bridge;
    await deposit(bridge, payer, STAYER, 1_000_000n);
    await deposit(bridge, payer, LEAVER, 2_000_000n);
    const doomed = await settle(firstLedger, [0n, 1n]);
    expect(ledgerOf(doomed).releases.numLeaves).toBe(0n);

    const leaver = await connectOperator({ url: devnet.assetHub.wsUrl, uri: LEAVER_URI });
    await leaver.reap(STAYER);
    await leaver.close();
    await include(devnet, doomed);

    const anchors = [anchorOf(bridgeId(bridge.config), firstLedger), fromHex(doomed.anchor)];
    const reverted = await proveFinalState(bridge, { accounts: [STAYER, LEAVER], anchors });
    expect(reverted.issuerNonce).toBe(doomed.nonce + 1);
    expect(anchors.map(reverted.isInForce)).toEqual([true, false]);
    expect([STAYER, LEAVER].map((account) => reverted.balance(ASSETS[0], account))).toEqual([0n, 0n]);
    expect(reverted.supply(ASSETS[0])).toBe(0n);
    expect(await whyVoid(devnet, doomed)).toMatchObject({ code: 1010, data: "Transaction is outdated" });

    const otherwise = await settle(firstLedger, [0n, 1n]);
    await include(devnet, otherwise);
    const settled = await proveFinalState(bridge, { accounts: [STAYER, LEAVER], anchors: [fromHex(otherwise.anchor)] });
    expect(settled.isInForce(fromHex(otherwise.anchor))).toBe(true);
    expect([STAYER, LEAVER].map((account) => settled.balance(ASSETS[0], account))).toEqual([1_000_000n - FEE, 0n]);
    expect(settled.supply(ASSETS[0])).toBe(1_000_000n - FEE);
    expect(stepOf(otherwise)).toMatchObject({
      ledger: { deposits: { next: 2n, open: [] }, currencies: [{ fees: FEE + REFUND_FEE }, { fees: 0n }] },
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
