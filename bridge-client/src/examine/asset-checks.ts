/** Checks that the wrapped assets obey the enclave's key, and that guardians can freeze them. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { CurrencyConfig } from "@pdiem/bridge/config/currency-config";
import type { ParachainFacts } from "@pdiem/bridge/facts/facts";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { asset } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAssetDetails } from "@pdiem/light-client/polkadot/trie/storage-value";
import { type Check, checkThat } from "./check.js";

const ROLES = ["owner", "issuer", "admin", "freezer"] as const;

/** Who should hold the roles: both are account ids, 32 bytes. */
export interface Roles {
  /** The enclave's key. */
  readonly issuer: Uint8Array;
  /** The account of the guardians in force. */
  readonly freezer: Uint8Array;
}

const checkAsset = (
  pallet: string,
  { code, assetId }: CurrencyConfig,
  { issuer, freezer }: Roles,
  facts: ParachainFacts,
): readonly Check[] => {
  const value = facts.storage(asset(pallet, assetId));
  const details = value === undefined ? undefined : readAssetDetails(value);
  return ROLES.map((role) => {
    const [account, whose] = role === "freezer" ? [freezer, "the guardians'"] : [issuer, "the enclave's"];
    return checkThat(
      `${role[0]?.toUpperCase()}${role.slice(1)} of asset ${assetId} (${code})`,
      details !== undefined && equal(details[role], account),
      `0x${toHex(account)}, ${whose}`,
      details === undefined ? "no such asset" : `0x${toHex(details[role])}`,
    );
  });
};

/** Checks each role of each asset: four lines a currency. */
export const checkAssets = (
  { parachain, currencies }: BridgeConfig,
  roles: Roles,
  facts: ParachainFacts,
): readonly Check[] => currencies.flatMap((currency) => checkAsset(parachain.assetsPallet, currency, roles, facts));
