import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../ledger/ledger.js";
import { exampleConfig, XDX, XUS } from "../testing/config.js";
import { contextIn, createWorld, exampleLedger, type World } from "../testing/world.js";
import { draftOf } from "./batch-draft.js";
import { claimFees } from "./claim-fees.js";

const { feeAccount } = exampleConfig;
const { maxConsumers } = exampleConfig.parachain;

const accrued = (fees: bigint): Ledger => ({
  ...exampleLedger,
  currencies: exampleLedger.currencies.map((currency) => ({ ...currency, fees })),
});

const claim = (ledger: Ledger, codes: readonly string[], change: (world: World) => void = () => undefined) => {
  const world = createWorld(ledger);
  change(world);
  // Three more have accrued by what the batch has settled so far.
  const draft = draftOf(accrued((ledger.currencies[0]?.fees ?? 0n) + 3n));
  return claimFees(contextIn(world, ledger), draft, codes);
};

describe("PROTOCOL 3: claiming fees", () => {
  it("mints to the fee account what had accrued before the batch", () => {
    const claimed = claim(accrued(40n), ["XUS", "XDX"]);
    expect(claimed.calls).toEqual([
      { type: "mint", asset: XUS.assetId, beneficiary: feeAccount, amount: 40n },
      { type: "mint", asset: XDX.assetId, beneficiary: feeAccount, amount: 40n },
    ]);
    expect(claimed.currencies.map(({ fees }) => fees)).toEqual([3n, 3n]);
    expect(claimed.items).toBe(2);
  });

  it("is worth a batch from the currency's minimum on", () => {
    expect(claim(accrued(XUS.minimum - 1n), ["XUS"]).isWorthwhile).toBe(false);
    expect(claim(accrued(XUS.minimum), ["XUS"]).isWorthwhile).toBe(true);
  });

  it("is refused where another claim of the batch takes the fee account's last consumer slot", () => {
    const crowded = (world: World) => world.parachain.setAccount(feeAccount, { consumers: maxConsumers });
    expect(outcome(() => claim(accrued(40n), ["XDX"], crowded))).toBe("accepted");
    expect(outcome(() => claim(accrued(40n), ["XUS", "XDX"], crowded))).toBe("refused/not-receivable");
  });

  it("is refused twice, without fees, without such a currency, and where the fee account can't receive", () => {
    expect(outcome(() => claim(accrued(40n), ["XUS", "XUS"]))).toBe("refused/duplicate");
    expect(outcome(() => claim(accrued(0n), ["XUS"]))).toBe("refused/no-fees");
    expect(outcome(() => claim(accrued(40n), ["ABC"]))).toBe("refused/unknown-currency");
    const absent = (world: World) => world.parachain.setAccount(feeAccount, undefined);
    expect(outcome(() => claim(accrued(40n), ["XUS"], absent))).toBe("refused/not-receivable");
    const frozen = (world: World) => world.parachain.setAsset(XUS.assetId, { status: "frozen" });
    expect(outcome(() => claim(accrued(40n), ["XUS"], frozen))).toBe("refused/asset-frozen");
  });
});
