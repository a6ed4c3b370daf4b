import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import type { Release } from "@pdiem/bridge/ledger/release";
import { exampleConfig, XDX, XUS } from "@pdiem/bridge/testing/config";
import { owing, releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import { refusal } from "@pdiem/bridge/testing/refusal";
import { bridgeWith, createWorld, exampleLedger, type World } from "@pdiem/bridge/testing/world";
import { describe, expect, it } from "vitest";
import { reservesOf } from "./reserves.js";

const RELEASES: readonly Release[] = [
  releaseOf({ amount: 100n }),
  releaseOf({ amount: 20n }),
  releaseOf({ amount: 7n, currency: "XDX" }),
];
const LEDGER: Ledger = owing(RELEASES, {
  ...exampleLedger,
  currencies: exampleLedger.currencies.map((part, i) => ({ ...part, fees: i === 0 ? 3n : 0n })),
});

const worldWith = (xus: bigint): World => {
  const world = createWorld(LEDGER);
  world.diem.custody = { balances: { XUS: xus, XDX: 57n } };
  world.parachain.setAsset(XUS.assetId, { supply: 1_000n });
  world.parachain.setAsset(XDX.assetId, { supply: 50n });
  return world;
};

const reservesIn = (world: World, releases = RELEASES) => reservesOf(bridgeWith(LEDGER), world.facts(), releases);

describe("proof of reserves", () => {
  it("holds custody's balance against wrapped supply, unpaid releases and fees, each currency by itself", () => {
    expect(reservesIn(worldWith(1_123n))).toEqual([
      { currency: "XUS", custody: 1_123n, supply: 1_000n, unpaid: 120n, fees: 3n, surplus: 0n, isCovered: true },
      { currency: "XDX", custody: 57n, supply: 50n, unpaid: 7n, fees: 0n, surplus: 0n, isCovered: true },
    ]);
  });

  it("counts a payment of custody's that the ledger hasn't folded yet as paid", () => {
    const world = worldWith(1_023n);
    world.diem.sent.push(sentFor(0n));
    expect(reservesIn(world)[0]).toMatchObject({ unpaid: 20n, surplus: 0n, isCovered: true });
  });

  it("tells a shortfall and a surplus", () => {
    expect(reservesIn(worldWith(1_122n))[0]).toMatchObject({ surplus: -1n, isCovered: false });
    expect(reservesIn(worldWith(1_125n))[0]).toMatchObject({ surplus: 2n, isCovered: true });
  });

  it("can be told of a frozen custody, and of frozen assets", () => {
    const world = worldWith(1_123n);
    world.diem.custody = { ...world.diem.custody, frozen: true };
    world.parachain.setAsset(XUS.assetId, { supply: 1_000n, status: "frozen" });
    expect(reservesIn(world)[0]?.isCovered).toBe(true);
  });

  it("is refused for releases that aren't the ledger's, each and in order", () => {
    for (const releases of [[], RELEASES.slice(1), RELEASES.toReversed(), [...RELEASES, releaseOf()]])
      expect(refusal(() => reservesIn(worldWith(1_123n), releases))).toBe("refused/releases");
  });

  it("is refused from a ledger info that doesn't have what the ledger has settled or folded", () => {
    for (const ledger of [
      { ...LEDGER, deposits: { next: 1n, open: [] } },
      { ...LEDGER, paid: { ...LEDGER.paid, sent: 1n } },
    ])
      expect(refusal(() => reservesOf(bridgeWith(ledger), createWorld(ledger).facts(), RELEASES))).toBe(
        "refused/diem-behind",
      );
  });

  it("is refused from facts that don't belong together", () => {
    const apart = worldWith(1_123n);
    apart.diem.time += exampleConfig.maxSkew + 1n;
    expect(refusal(() => reservesIn(apart))).toBe("refused/skew");
    const other = bridgeWith({ ...LEDGER, worked: 1n });
    expect(refusal(() => reservesOf(other, worldWith(0n).facts(), RELEASES))).toBe("refused/not-in-force");
  });
});
