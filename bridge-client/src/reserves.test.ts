import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { exampleConfig, XDX, XUS } from "@pdiem/bridge/testing/config";
import { owing, releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import { bridgeWith, createWorld, exampleLedger, type World } from "@pdiem/bridge/testing/world";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { reservesOf } from "./reserves.js";

const LEDGER: Ledger = owing(
  [releaseOf({ amount: 100n }), releaseOf({ amount: 20n }), releaseOf({ amount: 7n, currency: "XDX" })],
  {
    ...exampleLedger,
    currencies: exampleLedger.currencies.map((part, i) => ({ ...part, fees: i === 0 ? 3n : 0n })),
  },
);

const worldWith = (xus: bigint, ledger = LEDGER): World => {
  const world = createWorld(ledger);
  world.diem.custody = { balances: { XUS: xus, XDX: 57n } };
  world.parachain.setAsset(XUS.assetId, { supply: 1_000n });
  world.parachain.setAsset(XDX.assetId, { supply: 50n });
  return world;
};

const reservesIn = (world: World, ledger = LEDGER) => reservesOf(bridgeWith(ledger), world.facts());

describe("PROTOCOL 9: proof of reserves, without the journal", () => {
  it("holds custody's balance against supply, what is owed and fees, each currency by itself", () => {
    const common = { paidSince: 0n, surplus: 0n, isCovered: true };
    expect(reservesIn(worldWith(1_123n))).toEqual([
      { currency: "XUS", custody: 1_123n, supply: 1_000n, owed: 120n, fees: 3n, ...common },
      { currency: "XDX", custody: 57n, supply: 50n, owed: 7n, fees: 0n, ...common },
    ]);
  });

  it("counts what custody's payments carried that the ledger hasn't folded yet", () => {
    const world = worldWith(1_023n);
    world.diem.sent.push(sentFor(0n, releaseOf({ amount: 100n })));
    expect(reservesIn(world)[0]).toMatchObject({ paidSince: 100n, owed: 120n, surplus: 0n, isCovered: true });
  });

  it("counts no payment that nobody is owed: a newer ledger may owe it, or custody's key was misused", () => {
    const world = worldWith(1_123n - 121n);
    world.diem.sent.push(sentFor(0n, releaseOf({ amount: 121n })));
    expect(outcome(() => reservesIn(world))).toBe("refused/payments-ahead");
    const told = reservesOf(bridgeWith(LEDGER), world.facts(), "misused");
    expect(told.map(({ surplus, isCovered }) => [surplus, isCovered])).toEqual([
      [-1n, false],
      [0n, true],
    ]);
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

  it("is refused from a ledger info that doesn't have what the ledger has taken up or folded", () => {
    for (const ledger of [
      { ...LEDGER, deposits: 1n },
      { ...LEDGER, paid: { ...LEDGER.paid, events: 1n } },
    ])
      expect(outcome(() => reservesIn(worldWith(1_123n, ledger), ledger))).toBe("refused/diem-behind");
  });

  it("is refused from facts that don't belong together", () => {
    const apart = worldWith(1_123n);
    apart.diem.time += exampleConfig.maxSkew + 1n;
    expect(outcome(() => reservesIn(apart))).toBe("refused/skew");
    expect(outcome(() => reservesIn(worldWith(0n), { ...LEDGER, active: 1n }))).toBe("refused/not-in-force");
  });
});
