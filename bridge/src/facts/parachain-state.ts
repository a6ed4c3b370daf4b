/** The parachain's storage as the bridge reads it. Each throws ProofError `proof/not-shown` for what wasn't proven. */
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
  readAccountInfo,
  readAssetAccount,
  readAssetDetails,
  readRuntimeUpgrade,
} from "@pdiem/light-client/polkadot/trie/storage-value";
import { RefusedError } from "../error.js";
import type { ParachainFacts } from "./facts.js";

const read = <T>(facts: ParachainFacts, key: Uint8Array, reader: (value: Uint8Array) => T): T | undefined => {
  const value = facts.storage(key);
  return value === undefined ? undefined : reader(value);
};

export const assetOf = (facts: ParachainFacts, id: number): AssetDetails => {
  const details = read(facts, asset(id), readAssetDetails);
  if (details === undefined) throw new RefusedError("refused/asset-absent", `expected asset ${id} to exist`, "later");
  return details;
};

/** @throws RefusedError `refused/asset-frozen` */
export const liveAssetOf = (facts: ParachainFacts, id: number): AssetDetails => {
  const details = assetOf(facts, id);
  if (details.status !== "live")
    throw new RefusedError("refused/asset-frozen", `expected asset ${id} to be live, it is ${details.status}`, "later");
  return details;
};

export const assetAccountOf = (facts: ParachainFacts, id: number, who: Uint8Array): AssetAccount | undefined =>
  read(facts, assetAccount(id, who), readAssetAccount);

export const accountInfoOf = (facts: ParachainFacts, who: Uint8Array): AccountInfo | undefined =>
  read(facts, systemAccount(who), readAccountInfo);

export const isApproved = (facts: ParachainFacts, id: number, owner: Uint8Array, delegate: Uint8Array): boolean =>
  facts.storage(assetApproval(id, owner, delegate)) !== undefined;

/** The spec version that executed the block. */
export const specVersionOf = (facts: ParachainFacts): number => {
  const upgrade = read(facts, lastRuntimeUpgrade, readRuntimeUpgrade);
  if (upgrade === undefined)
    throw new RefusedError("refused/runtime", "expected System.LastRuntimeUpgrade to name the runtime");
  return upgrade.specVersion;
};

/** @throws RefusedError `refused/issuer-absent` */
export const issuerOf = (facts: ParachainFacts, issuer: Uint8Array): AccountInfo => {
  const info = accountInfoOf(facts, issuer);
  if (info === undefined)
    throw new RefusedError("refused/issuer-absent", "expected the issuer's account to exist: fund it", "later");
  return info;
};
