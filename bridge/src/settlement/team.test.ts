import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled, ISSUER, XDX, XUS } from "../testing/config.js";
import { contextIn, createWorld, exampleLedger, type World } from "../testing/world.js";
import { draftOf } from "./batch-draft.js";
import { setTeams, thawAccounts } from "./team.js";

const { guardians } = exampleConfig;
const NEW = { ...guardians, freezer: filled(32, 0x44) };
const WHO = filled(32, 0x61);

const contextAfter = (change: (world: World) => void) => {
  const world = createWorld();
  change(world);
  return contextIn(world);
};

const teams = (freezer: typeof guardians, without: readonly string[] = [], change = (_: World): void => undefined) =>
  setTeams(contextAfter(change), draftOf(exampleLedger), { guardians: freezer }, without);

describe("PROTOCOL 6: set_team", () => {
  it("is due where an asset's Freezer isn't that of the guardians in force, and is worth a batch", () => {
    const team = { issuer: ISSUER, admin: ISSUER, freezer: NEW.freezer };
    expect(teams(NEW)).toMatchObject({
      calls: [
        { type: "setTeam", asset: XUS.assetId, ...team },
        { type: "setTeam", asset: XDX.assetId, ...team },
      ],
      items: 0,
      isWorthwhile: true,
    });
    expect(teams(guardians)).toEqual(draftOf(exampleLedger));
    const done = (world: World) => world.parachain.setAsset(XUS.assetId, { freezer: NEW.freezer });
    expect(teams(NEW, [], done).calls).toMatchObject([{ type: "setTeam", asset: XDX.assetId }]);
  });

  it("is left out where the relayer says so, and where the asset is frozen", () => {
    expect(teams(NEW, ["XUS"]).calls).toMatchObject([{ asset: XDX.assetId }]);
    expect(teams(NEW, ["XUS", "XDX"])).toEqual(draftOf(exampleLedger));
    const frozen = (world: World) => world.parachain.setAsset(XDX.assetId, { status: "frozen" });
    expect(teams(NEW, [], frozen).calls).toMatchObject([{ asset: XUS.assetId }]);
  });
});

const thaw = (
  status: "liquid" | "frozen" | "blocked",
  count = 1,
  amnesty = true,
  change = (_: World): void => undefined,
) => {
  const accounts = Array.from({ length: count }, (_, i) => filled(32, i + 1));
  const context = contextAfter((world) => {
    for (const account of accounts) world.parachain.setAssetAccount(XDX.assetId, account, { status });
    change(world);
  });
  const thaws = accounts.map((account) => ({ currency: "XDX", account }));
  return thawAccounts(context, draftOf(exampleLedger), { amnesty }, thaws);
};

describe("PROTOCOL 6: an amnesty", () => {
  it("thaws accounts that are frozen or blocked, an item each, which is worth a batch", () => {
    for (const status of ["frozen", "blocked"] as const)
      expect(thaw(status)).toMatchObject({
        calls: [{ type: "thaw", asset: XDX.assetId, who: filled(32, 1) }],
        items: 1,
        isWorthwhile: true,
      });
  });

  it("thaws nobody who isn't, and nobody while it is off", () => {
    expect(outcome(() => thaw("liquid"))).toBe("refused/not-frozen");
    const absent = (world: World) => world.parachain.setAssetAccount(XDX.assetId, filled(32, 1), undefined);
    expect(outcome(() => thaw("frozen", 1, true, absent))).toBe("refused/not-frozen");
    expect(outcome(() => thaw("frozen", 1, false))).toBe("refused/no-amnesty");
    expect(thaw("frozen", 0, false)).toEqual(draftOf(exampleLedger));
  });

  it("thaws 64 accounts a batch, each once, of live assets", () => {
    expect(thaw("frozen", 64).calls).toHaveLength(64);
    expect(outcome(() => thaw("frozen", 65))).toBe("refused/thaws");
    const context = contextAfter((world) => world.parachain.setAssetAccount(XUS.assetId, WHO, { status: "frozen" }));
    const ask = (...codes: string[]) =>
      outcome(() =>
        thawAccounts(
          context,
          draftOf(exampleLedger),
          { amnesty: true },
          codes.map((currency) => ({ currency, account: WHO })),
        ),
      );
    expect(ask("XUS", "XUS")).toBe("refused/duplicate");
    expect(ask("ABC")).toBe("refused/unknown-currency");
    const frozen = (world: World) => world.parachain.setAsset(XDX.assetId, { status: "frozen" });
    expect(outcome(() => thaw("frozen", 1, true, frozen))).toBe("refused/asset-frozen");
  });
});
