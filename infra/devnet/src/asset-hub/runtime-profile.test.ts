import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AssetHub, startAssetHub } from "./asset-hub.js";
import { hasMetadataHash, profileOf } from "./runtime-profile.js";

let hub: AssetHub;
beforeAll(async () => {
  hub = await startAssetHub({ automatic: false });
});
afterAll(() => hub.close());

test("a profile is made of the runtime's own metadata", async () => {
  expect(await profileOf(hub.wsUrl, "Assets")).toEqual(STATEMINE_900);
});

test("what the runtime lacks is refused", async () => {
  await expect(profileOf(hub.wsUrl, "NoAssets")).rejects.toMatchObject({ code: "decode/runtime-profile" });
});

test("a runtime that checks no metadata hash has none", async () => {
  expect(await hasMetadataHash(hub.runtime, STATEMINE_900)).toBe(false);
});
