import { describe, expect, test } from "vitest";
import { collateralSources } from "./collateral-sources.js";

describe("the sources of collateral", () => {
  test("are the vendors' own where nothing is said", () => {
    expect(collateralSources.parse({})).toEqual({
      pccs: ["https://api.trustedservices.intel.com"],
      intelCertificates: ["https://certificates.trustedservices.intel.com"],
      kds: ["https://kdsintf.amd.com"],
      cacheFolder: expect.stringMatching(/[/\\]pdiem[/\\]collateral$/),
      tcbRelease: "standard",
      timeoutMs: 20_000,
    });
  });

  test.each([
    ["no URL", { pccs: [] }],
    ["what isn't a URL", { kds: ["kds"] }],
    ["a URL of another kind", { pccs: ["file:///tmp"] }],
    ["a release that there isn't", { tcbRelease: "late" }],
    ["no folder", { cacheFolder: "" }],
    ["no time", { timeoutMs: 0 }],
    ["what nobody reads", { urls: [] }],
  ])("aren't %s", (_, value) => {
    expect(collateralSources.safeParse(value).success).toBe(false);
  });
});
