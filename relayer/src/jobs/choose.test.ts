import { exampleConfig } from "@pdiem/bridge/testing/config";
import { exampleLedger } from "@pdiem/bridge/testing/world";
import { ASSET_HUB, STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { describe, expect, it } from "vitest";
import { batchDue } from "./choose.js";

const { nonce, time } = exampleLedger;
const { batchInterval } = exampleConfig;

const due = (profile = STATEMINE_900, failures = 0) =>
  batchDue(exampleConfig, profile, exampleLedger, nonce + failures);

describe("the next batch", () => {
  it("holds what the profile's weights allow, whatever the configuration's first one was", () => {
    const { normalWeight, callWeight } = ASSET_HUB;
    const calls = normalWeight.refTime / 2n / callWeight.refTime;
    expect(due(ASSET_HUB).full).toBeGreaterThan(Number((calls * 9n) / 10n));
    expect(due(ASSET_HUB).full).toBeLessThanOrEqual(Number(calls));
    expect(due(ASSET_HUB).full).not.toBe(due(STATEMINE_900).full);
  });

  it("is due an interval after the last one, and later and half as large after each failed one", () => {
    expect(due()).toMatchObject({ earliest: time + batchInterval, failures: 0 });
    expect(due(STATEMINE_900, 2)).toMatchObject({ earliest: time + 3n * batchInterval, failures: 2 });
    expect(due(STATEMINE_900, 1).full).toBeLessThanOrEqual(due().full / 2);
    expect(due(STATEMINE_900, 60).full).toBe(1);
  });
});
