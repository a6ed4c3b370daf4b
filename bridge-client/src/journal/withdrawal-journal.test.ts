import { describe, expect, it } from "vitest";
import { type WithdrawalPreimage, withdrawalAccount } from "@pdiem/bridge/withdrawal/addresses";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { readJournalEntry } from "./journal.js";
import { settle } from "@pdiem/bridge/settlement/settle";
import { signSettlement } from "@pdiem/bridge/custody/signing";
import { ENCLAVE_SEED, exampleConfig, filled, ISSUER, XDX, XUS } from "@pdiem/bridge/testing/config";
import { bridgeWith, createWorld, exampleLedger, itemOf, paymentOf, SENDER } from "@pdiem/bridge/testing/world";
import { toldWithdrawals } from "./withdrawal-journal.js";

const ID = bridgeId(exampleConfig);
const REFUND = filled(32, 0x78);
const GONE = filled(16, 0x79);
const PAYABLE: WithdrawalPreimage = { payee: SENDER, subaddress: filled(8, 1), refundAccount: undefined };
const UNPAYABLE: WithdrawalPreimage = { payee: GONE, subaddress: undefined, refundAccount: REFUND };

/** One batch with a refund, two withdrawals of one account, one that goes back and one that waits. */
const settled = () => {
  const world = createWorld();
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(REFUND, {});
  world.diem.received.push(paymentOf({ metadata: new Uint8Array() }));
  for (const [preimage, asset, balance] of [
    [PAYABLE, XUS.assetId, XUS.maximum + XUS.minimum],
    [PAYABLE, XDX.assetId, 300n],
    [UNPAYABLE, XUS.assetId, 400n],
    [UNPAYABLE, XDX.assetId, 1n],
  ] as const)
    world.parachain.setAssetAccount(asset, withdrawalAccount(ID, preimage), { balance });
  const withdrawals = [UNPAYABLE, PAYABLE].flatMap((preimage) =>
    ["XUS", "XDX"].map((currency) => ({ preimage, currency })),
  );
  const facts = world.facts();
  const settlement = settle(bridgeWith(exampleLedger), facts, { ...NO_ITEMS, deposits: [itemOf(0n)], withdrawals });
  const { profile } = exampleConfig.parachain;
  const { extrinsic } = signSettlement(ENCLAVE_SEED, exampleConfig, profile, facts.parachain, settlement);
  const scope = { bridgeId: ID, issuer: ISSUER, asset: XUS.assetId, profiles: [profile] };
  const entry = readJournalEntry(scope, extrinsic);
  if (entry === undefined) throw new Error("expected a journal entry");
  return { settlement, entry };
};

describe("the journal of withdrawals", () => {
  it("tells from the signed extrinsic alone how each one ended, its amounts and its preimage", () => {
    const { settlement, entry } = settled();
    expect(settlement.withdrawals.map(({ type }) => type)).toEqual(["returned", "waits", "released", "released"]);
    const [refund, first, second] = settlement.step.releases;
    expect(refund?.origin.type).toBe("deposit");
    expect(toldWithdrawals(exampleConfig, entry)).toEqual([
      {
        type: "returned",
        account: withdrawalAccount(ID, UNPAYABLE),
        currency: "XUS",
        preimage: UNPAYABLE,
        burned: 400n,
        amount: 400n - XUS.fees.withdrawal,
        unpayable: "absent",
      },
      {
        type: "released",
        account: withdrawalAccount(ID, PAYABLE),
        currency: "XUS",
        preimage: PAYABLE,
        burned: XUS.maximum,
        index: 1n,
        release: first,
      },
      {
        type: "released",
        account: withdrawalAccount(ID, PAYABLE),
        currency: "XDX",
        preimage: PAYABLE,
        burned: 300n,
        index: 2n,
        release: second,
      },
    ]);
  });

  it("tells nothing of burns that are no withdrawals", () => {
    const { entry } = settled();
    const calls = [{ type: "burn", asset: XUS.assetId, who: filled(32, 9), amount: 1n } as const];
    expect(toldWithdrawals(exampleConfig, { ...entry, calls })).toEqual([]);
  });
});
