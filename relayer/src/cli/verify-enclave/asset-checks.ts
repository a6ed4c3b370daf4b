/** That the wrapped assets obey the enclave's key, and that guardians can freeze them. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { CurrencyConfig } from "@pdiem/bridge/config/currency-config";
import type { ParachainFacts } from "@pdiem/bridge/facts/facts";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { asset } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAssetDetails } from "@pdiem/light-client/polkadot/trie/storage-value";
import { type Check, checkThat } from "./check.js";

const ROLES = ["owner", "issuer", "admin", "freezer"] as const;

const checkAsset = (
  { code, assetId }: CurrencyConfig,
  issuer: Uint8Array,
  freezer: Uint8Array,
  facts: ParachainFacts,
): readonly Check[] => {
  const value = facts.storage(asset(assetId));
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

/**
 * Four lines a currency.
 * @param issuer the enclave's key as account id
 * @param freezer account of the guardians in force
 */
export const checkAssets = (
  { currencies }: BridgeConfig,
  issuer: Uint8Array,
  freezer: Uint8Array,
  facts: ParachainFacts,
): readonly Check[] => currencies.flatMap((currency) => checkAsset(currency, issuer, freezer, facts));
