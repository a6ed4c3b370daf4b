import { TERM } from "@pdiem/bridge/checkpoint/check-checkpoint";
import { governanceHash } from "@pdiem/bridge/governance/governance-state";
import { checkpointIn, vouchFor } from "@pdiem/bridge/testing/checkpoints";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { createWorld, exampleGovernance, exampleLedger } from "@pdiem/bridge/testing/world";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { expect, it } from "vitest";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { exampleCurrent, exampleEntry } from "../testing/batches.js";
import { exampleView } from "../testing/view.js";
import { type StandstillParts, standstill } from "./standstill.js";

const current = exampleCurrent([exampleEntry()]);
const view = exampleView(current);
const { time } = view;

const custodyOf = (frozen: boolean) => {
  const { diem } = createWorld();
  diem.custody = { ...diem.custody, frozen };
  const resources = diem.facts().account(exampleConfig.diem.custody);
  const account = resources === undefined ? undefined : readDiemAccount(resources);
  if (resources === undefined || account === undefined) throw new Error("expected custody's account");
  return { account, resources, time, version: 1n };
};

const parts = (change: Partial<StandstillParts>): StandstillParts => ({
  config: exampleConfig,
  follower: { view: () => view },
  checkpoints: { kept: () => vouchFor(checkpointIn(5n, 8n, time)) },
  payments: { custody: () => custodyOf(false) },
  ...change,
});

const seen = (change: Parameters<typeof exampleView>[1], ledger: CurrentLedger = current) =>
  parts({ follower: { view: () => exampleView(ledger, change) } });

const paused = (): CurrentLedger => {
  const governance = { ...exampleGovernance, paused: true };
  const ledger = { ...exampleLedger, governance: governanceHash(governance) };
  return { ...current, history: { ...current.history, ledger, governance } };
};

it("nothing holds up a bridge that guardians let go on", () => {
  expect(standstill(parts({}))).toBeUndefined();
  expect(standstill(seen({}, paused()))).toBe("guardians to resume: the bridge is paused");
});

it("a freeze on either chain holds everything up", () => {
  const [first, ...others] = view.assets;
  if (first === undefined) throw new Error("expected an asset");
  const assets = [{ ...first, status: "frozen" as const }, ...others];
  expect(standstill(seen({ assets }))).toBe("guardians to thaw the assets: they are frozen");
  expect(standstill(parts({ payments: { custody: () => custodyOf(true) } }))).toBe(
    "Diem's treasury to unfreeze custody",
  );
});

it("a checkpoint that lapsed, or doesn't name the running runtime, holds everything up", () => {
  const old = vouchFor(checkpointIn(5n, 8n, time - TERM));
  expect(standstill(parts({ checkpoints: { kept: () => old } }))).toContain("the last one has lapsed");
  expect(standstill(seen({ specVersion: 901 }))).toContain("names the parachain's runtime, spec version 901");
  const named = vouchFor(checkpointIn(5n, 8n, time, { specVersions: [900, 901] }));
  const both = { ...seen({ specVersion: 901 }), checkpoints: { kept: () => named } };
  expect(standstill(both)).toBeUndefined();
});
