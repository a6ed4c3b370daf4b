import { filled } from "@pdiem/bridge/testing/config";
import { utf8 } from "@pdiem/light-client/bytes";
import type { AccountInfo, AssetDetails } from "@pdiem/light-client/polkadot/trie/storage-value";
import { describe, expect, it } from "vitest";
import type { AssetMetadata } from "../../chains/parachain/asset-metadata.js";
import { type PlanInput, planAssets } from "./plan.js";

const SENDER = filled(32, 1);
const ISSUER = filled(32, 2);
const FREEZER = filled(32, 3);

const details = (changes: Partial<AssetDetails> = {}): AssetDetails => ({
  owner: SENDER,
  issuer: SENDER,
  admin: SENDER,
  freezer: SENDER,
  supply: 0n,
  deposit: 0n,
  minBalance: 10n,
  isSufficient: false,
  accounts: 0,
  sufficients: 0,
  approvals: 0,
  status: "live",
  ...changes,
});

const GIVEN = { owner: ISSUER, issuer: ISSUER, admin: ISSUER, freezer: FREEZER };

const account = (changes: Partial<AccountInfo> = {}): AccountInfo => ({
  nonce: 0,
  consumers: 0,
  providers: 1,
  sufficients: 0,
  free: 0n,
  reserved: 0n,
  frozen: 0n,
  flags: 0n,
  ...changes,
});

const METADATA: AssetMetadata = {
  deposit: 0n,
  name: utf8("pDiem XUS"),
  symbol: utf8("pXUS"),
  decimals: 6,
  isFrozen: false,
};

const setUpOf = (ids: readonly (number | undefined)[]): PlanInput["setUp"] => ({
  httpUrls: [],
  diemUrls: [],
  enclave: undefined,
  pallet: "Assets",
  genesisHash: undefined,
  assets: ids.map((assetId, i) => ({ code: ["XUS", "XDX"][i] ?? "", assetId, minBalance: 10n })),
  freezer: FREEZER,
  feeAccount: undefined,
  reserve: 300n,
  genesisCost: 50n,
});

interface World {
  readonly details?: AssetDetails;
  readonly metadata?: AssetMetadata;
  readonly issuer?: AccountInfo;
  readonly next?: number;
}

const planned = (world: World, changes: Partial<PlanInput> = {}, ids: readonly (number | undefined)[] = [7]) =>
  planAssets({
    sender: SENDER,
    issuer: ISSUER,
    costs: { asset: 1_000n, metadataBase: 100n, metadataPerByte: 1n, approval: 5n, existential: 20n },
    token: { symbol: "DOT", decimals: 2 },
    setUp: setUpOf(ids),
    state: {
      details: (id) => (id === 7 ? world.details : undefined),
      metadata: (id) => (id === 7 ? world.metadata : undefined),
      account: () => world.issuer,
      nextAssetId: world.next,
    },
    wording: ({ code }) => ({ name: `pDiem ${code}`, symbol: `p${code}`, decimals: 6 }),
    ...changes,
  });

/** States by name, in order. */
const states = (...args: Parameters<typeof planned>) => planned(...args).map(({ name, state }) => `${state} ${name}`);

describe("a plan of assets", () => {
  it("makes them, names them, funds the issuer, and gives the Owner's role last", () => {
    const steps = planned({});
    expect(steps.map(({ action }) => action?.type)).toEqual(["create", "metadata", "fund", "team", "owner"]);
    expect(steps.map(({ amount }) => amount)).toEqual([1_000n, 113n, 350n, 0n, 0n]);
  });

  it("has nothing left once all is there", () => {
    const done = { details: details(GIVEN), metadata: METADATA, issuer: account({ free: 350n }) };
    expect(planned(done).every(({ state }) => state === "done")).toBe(true);
  });

  it("goes on from any place", () => {
    const steps = states({ details: details({ ...GIVEN, owner: SENDER }), issuer: account({ free: 340n }) });
    expect(steps).toEqual([
      "done XUS: make the asset",
      "due XUS: name, symbol and decimals",
      "due fund the issuer",
      "done XUS: Issuer, Admin and Freezer",
      "due XUS: Owner",
    ]);
  });

  it("waits for the enclave's key, after all that needs none", () => {
    expect(states({}, { issuer: undefined })).toEqual([
      "due XUS: make the asset",
      "due XUS: name, symbol and decimals",
      "waits fund the issuer",
      "waits XUS: Issuer, Admin and Freezer",
      "waits XUS: Owner",
    ]);
  });

  it("names the id that the chain gives next, a further one for a further asset, and takes no other", () => {
    const told = planned({ next: 50 }, {}, [undefined, undefined]).map(({ told }) => told);
    expect(told.slice(0, 2)).toEqual([
      expect.stringContaining('"assetId": 50 '),
      expect.stringContaining('"assetId": 51 '),
    ]);
    expect(states({ next: 50 }, {}, [50, 51]).slice(0, 2)).toEqual([
      "due XUS: make the asset",
      "due XDX: make the asset",
    ]);
    expect(states({ next: 51 }, {}, [50]).slice(0, 1)).toEqual(["stuck XUS: make the asset"]);
  });

  it.each([
    ["somebody else's", details({ owner: filled(32, 9) })],
    ["one of another least balance", details({ minBalance: 11n })],
    ["one that was minted already", details({ supply: 1n })],
  ])("is stuck at %s, and plans nothing on it", (_, found) => {
    expect(states({ details: found })).toEqual(["stuck XUS: make the asset", "due fund the issuer"]);
  });

  it("takes a supply and a smaller balance for what they are once the bridge runs", () => {
    const steps = states({
      details: details({ ...GIVEN, supply: 5n }),
      metadata: METADATA,
      issuer: account({ nonce: 9, free: 300n }),
    });
    expect(steps.every((step) => step.startsWith("done"))).toBe(true);
  });

  it("says what can't be changed any more where the Owner is the enclave", () => {
    const wrong = details({ ...GIVEN, freezer: SENDER });
    expect(states({ details: wrong, issuer: account({ free: 350n }) })).toEqual([
      "done XUS: make the asset",
      "missed XUS: name, symbol and decimals",
      "done fund the issuer",
      "stuck XUS: Issuer, Admin and Freezer",
      "done XUS: Owner",
    ]);
  });

  it("brings an issuer to life with the existential deposit at least", () => {
    const setUp = { ...setUpOf([7]), reserve: 1n, genesisCost: 1n };
    expect(planned({}, { setUp }).find(({ name }) => name === "fund the issuer")?.amount).toBe(20n);
  });

  it("waits for decimals that nobody has said", () => {
    const wording = () => ({ name: "", symbol: "", decimals: undefined });
    expect(states({}, { wording })).toContain("waits XUS: name, symbol and decimals");
  });
});
