/**
 * The parachain's storage as the bridge reads it. Each throws ProofError `proof/not-shown` for
 * what wasn't proven.
 */
import {
  asset,
  assetAccount,
  assetApproval,
  lastRuntimeUpgrade,
  systemAccount,
} from "@pdiem/light-client/polkadot/trie/storage-key";
import {
  type AccountInfo,
  type AssetAccount,
  type AssetDetails,
  type RuntimeUpgrade,
  readAccountInfo,
  readAssetAccount,
  readAssetDetails,
  readRuntimeUpgrade,
} from "@pdiem/light-client/polkadot/trie/storage-value";
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { ParachainFacts } from "./facts.js";

/** Names the pallet of the wrapped assets. */
type AssetsConfig = Pick<BridgeConfig, "parachain">;

const read = <T>(facts: ParachainFacts, key: Uint8Array, reader: (value: Uint8Array) => T): T | undefined => {
  const value = facts.storage(key);
  return value === undefined ? undefined : reader(value);
};

/** Reads an asset. @throws RefusedError `refused/asset-absent` */
export const assetOf = ({ parachain }: AssetsConfig, facts: ParachainFacts, id: number): AssetDetails => {
  const details = read(facts, asset(parachain.assetsPallet, id), readAssetDetails);
  if (details === undefined) throw new RefusedError("refused/asset-absent", `expected asset ${id} to exist`, "later");
  return details;
};

/**
 * Reads an asset that isn't frozen.
 * @throws RefusedError `refused/asset-absent`, `refused/asset-frozen`
 */
export const liveAssetOf = (config: AssetsConfig, facts: ParachainFacts, id: number): AssetDetails => {
  const details = assetOf(config, facts, id);
  if (details.status !== "live")
    throw new RefusedError("refused/asset-frozen", `expected asset ${id} to be live, it is ${details.status}`, "later");
  return details;
};

/** Tells whether any of the bridge's assets is frozen: some holders can't leave then. */
export const isAnyAssetFrozen = (config: BridgeConfig, facts: ParachainFacts): boolean =>
  config.currencies.some(({ assetId }) => assetOf(config, facts, assetId).status === "frozen");

/** Reads what an account has of an asset; undefined if it has no entry. */
export const assetAccountOf = (
  { parachain }: AssetsConfig,
  facts: ParachainFacts,
  id: number,
  who: Uint8Array,
): AssetAccount | undefined => read(facts, assetAccount(parachain.assetsPallet, id, who), readAssetAccount);

/** Reads an account's nonce, references and native balance; undefined if there is none. */
export const accountInfoOf = (facts: ParachainFacts, who: Uint8Array): AccountInfo | undefined =>
  read(facts, systemAccount(who), readAccountInfo);

/** Tells whether `owner` has approved anything to `delegate`. */
export const isApproved = (
  { parachain }: AssetsConfig,
  facts: ParachainFacts,
  id: number,
  owner: Uint8Array,
  delegate: Uint8Array,
): boolean => facts.storage(assetApproval(parachain.assetsPallet, id, owner, delegate)) !== undefined;

/** Reads the runtime that executed the block. @throws RefusedError `refused/runtime` */
export const runtimeOf = (facts: ParachainFacts): RuntimeUpgrade => {
  const upgrade = read(facts, lastRuntimeUpgrade, readRuntimeUpgrade);
  if (upgrade === undefined)
    throw new RefusedError("refused/runtime", "expected System.LastRuntimeUpgrade to name the runtime");
  return upgrade;
};

/** Reads the spec version that executed the block. @throws RefusedError `refused/runtime` */
export const specVersionOf = (facts: ParachainFacts): number => runtimeOf(facts).specVersion;

/** Reads the issuer's account. @throws RefusedError `refused/issuer-absent` */
export const issuerOf = (facts: ParachainFacts, issuer: Uint8Array): AccountInfo => {
  const info = accountInfoOf(facts, issuer);
  if (info === undefined)
    throw new RefusedError("refused/issuer-absent", "expected the issuer's account to exist: fund it", "later");
  return info;
};
