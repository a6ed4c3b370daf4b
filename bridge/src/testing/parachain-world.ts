import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode, u64 } from "@pdiem/light-client/codec/scale";
import {
  asset,
  assetAccount,
  assetApproval,
  lastRuntimeUpgrade,
  systemAccount,
  timestampNow,
} from "@pdiem/light-client/polkadot/trie/storage-key";
import {
  type AccountInfo,
  type AssetAccount,
  type AssetDetails,
  accountInfo,
  approval,
  assetAccountValue,
  assetDetails,
  runtimeUpgrade,
} from "@pdiem/light-client/polkadot/trie/storage-value";
import type { ParachainFacts } from "../facts/facts.js";
import { exampleConfig, filled, ISSUER } from "./config.js";

/** A parachain's storage without proofs, for tests of what is done with facts. */
export interface ParachainWorld {
  time: bigint;
  number: number;
  specVersion: number;
  readonly storage: Map<string, Uint8Array>;
  readonly setAsset: (id: number, details: Partial<AssetDetails>) => void;
  readonly setAssetAccount: (id: number, who: Uint8Array, account: Partial<AssetAccount> | undefined) => void;
  readonly setAccount: (who: Uint8Array, info: Partial<AccountInfo> | undefined) => void;
  readonly approve: (delegate: Uint8Array) => void;
  /** Lists every key and value, the time and the runtime's version among them. */
  readonly entries: () => readonly (readonly [key: Uint8Array, value: Uint8Array])[];
  readonly facts: () => ParachainFacts;
}

const PALLET = exampleConfig.parachain.assetsPallet;

const ACCOUNT: AccountInfo = {
  nonce: 0,
  consumers: 0,
  providers: 1,
  sufficients: 0,
  free: 10_000_000n,
  reserved: 0n,
  frozen: 0n,
  flags: 0n,
};

export const ASSET: AssetDetails = {
  owner: ISSUER,
  issuer: ISSUER,
  admin: ISSUER,
  freezer: exampleConfig.guardians.freezer,
  supply: 0n,
  deposit: 0n,
  minBalance: 10n,
  isSufficient: false,
  accounts: 0,
  sufficients: 0,
  approvals: 0,
  status: "live",
};

const ASSET_ACCOUNT: AssetAccount = { balance: 0n, status: "liquid", reason: { type: "consumer" } };

/**
 * Makes a chain with the example configuration's assets, owned as genesis demands, and a funded
 * issuer.
 */
export const createParachainWorld = (): ParachainWorld => {
  const put = (key: Uint8Array, value: Uint8Array | undefined): void => {
    if (value === undefined) world.storage.delete(toHex(key));
    else world.storage.set(toHex(key), value);
  };
  const world: ParachainWorld = {
    time: 0n,
    number: 1,
    specVersion: 900,
    storage: new Map(),
    setAsset: (id, details) => put(asset(PALLET, id), encode(assetDetails, { ...ASSET, ...details })),
    setAssetAccount: (id, who, account) =>
      put(assetAccount(PALLET, id, who), account && encode(assetAccountValue, { ...ASSET_ACCOUNT, ...account })),
    setAccount: (who, info) => put(systemAccount(who), info && encode(accountInfo, { ...ACCOUNT, ...info })),
    approve: (delegate) =>
      put(
        assetApproval(PALLET, exampleConfig.currencies[0]?.assetId ?? 0, ISSUER, delegate),
        encode(approval, { amount: 1n, deposit: 1n }),
      ),
    entries: () => [
      [timestampNow, encode(u64, world.time)],
      [lastRuntimeUpgrade, encode(runtimeUpgrade, { specVersion: world.specVersion, specName: "statemine" })],
      ...[...world.storage].map(([key, value]) => [fromHex(key), value] as const),
    ],
    facts: () => {
      const entries = new Map(world.entries().map(([key, value]) => [toHex(key), value]));
      return {
        number: world.number,
        hash: filled(32, world.number & 0xff),
        time: world.time,
        storage: (key) => entries.get(toHex(key)),
      };
    },
  };
  for (const { assetId } of exampleConfig.currencies) world.setAsset(assetId, {});
  world.setAccount(ISSUER, {});
  world.setAccount(exampleConfig.feeAccount, {});
  return world;
};
