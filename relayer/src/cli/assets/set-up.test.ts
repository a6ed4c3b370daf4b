import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readAssetSetUp } from "./set-up.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-set-up-"));
afterAll(() => rmSync(folder, { recursive: true }));

const XUS = { code: "XUS", assetId: 7, minBalance: "10", maximum: "TO DO" };

const read = (currencies: readonly object[], rest: object = {}, beside: object = {}) => {
  const file = join(folder, "relayer.json");
  const bridge = { parachain: { assetsPallet: "Assets", paraId: "TO DO" }, currencies, ...rest };
  writeFileSync(file, JSON.stringify({ parachain: { urls: ["wss://hub.example"] }, bridge, ...beside }));
  return readAssetSetUp(file);
};

describe("a configuration that isn't finished", () => {
  it("tells what it says of assets, whatever the rest is", () => {
    const freezer = `0x${"03".repeat(32)}`;
    expect(read([XUS], { guardians: { freezer, keys: "TO DO" }, reserve: "5", waypoint: null })).toMatchObject({
      httpUrls: ["https://hub.example"],
      diemUrls: [],
      assets: [{ code: "XUS", assetId: 7, minBalance: 10n }],
      freezer: new Uint8Array(32).fill(3),
      reserve: 5n,
      genesisCost: undefined,
    });
  });

  it.each([null, "TO DO: pdiem assets plan", undefined])("may leave an asset's id open as %s", (assetId) => {
    expect(read([{ ...XUS, assetId }]).assets).toMatchObject([{ assetId: undefined }]);
  });

  it.each([
    [{ url: "http://127.0.0.1:1" }],
    [{ holders: [1, 2, 3].map((port) => ({ url: `http://127.0.0.1:${port}` })) }],
  ])("may name one enclave, or one for each slot: %o", (enclave) => {
    expect(read([XUS], {}, { enclave }).enclave).toMatchObject(enclave);
  });

  it.each([[{ ...XUS, assetId: "1984" }], [{ ...XUS, minBalance: 10 }], [{ code: "XUS" }]])(
    "is refused with %o",
    (one) => {
      expect(() => read([one])).toThrow(expect.objectContaining({ code: "config/invalid" }));
    },
  );
});
