/** A configuration as JSON, as operators write it. */
import { formatWaypoint, parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import type { Authority } from "@pdiem/light-client/polkadot/finality/authority-set";
import type { GrandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { attestationJson } from "@pdiem/bridge/config/attestation-policy";
import { profileJson } from "./chain-profile-json.js";
import { type BridgeConfig, type Guardians, MAX_GUARDIANS, MAX_MEASUREMENTS } from "@pdiem/bridge/config/bridge-config";
import { checkConfig } from "@pdiem/bridge/config/config-check";
import { currencyConfigJson } from "@pdiem/bridge/config/currency-config";
import { as, boolean, decimal, hexOf, integer, type Json, list, record, text } from "./json.js";
import { MAX_CURRENCIES } from "@pdiem/bridge/ledger/ledger";
import { measurementJson } from "@pdiem/bridge/config/measurement";

const MAX_AUTHORITIES = 100_000;

const accountJson = hexOf(32);
const u32Json = integer(0xffff_ffff);

type RelayRoot = Pick<GrandpaState, "setId" | "authorities" | "finalized">;

const relayJson: Json<RelayRoot> = record<RelayRoot>({
  setId: decimal(64),
  authorities: list(record<Authority>({ id: accountJson, weight: decimal(64) }), MAX_AUTHORITIES),
  finalized: record<RelayRoot["finalized"]>({ number: u32Json, hash: accountJson }),
});

const bridgeConfigJson: Json<BridgeConfig> = record<BridgeConfig>({
  diem: record<BridgeConfig["diem"]>({
    chainId: integer(0xff),
    waypoint: as(text(100, /^[0-9]+:[0-9a-fA-F]+$/), parseWaypoint, formatWaypoint),
    custody: hexOf(16),
    hrp: text(10, /^[a-z]+$/),
  }),
  relay: relayJson,
  rootsTime: decimal(64),
  parachain: record<BridgeConfig["parachain"]>({ paraId: u32Json, genesisHash: accountJson, profile: profileJson }),
  currencies: list(currencyConfigJson, MAX_CURRENCIES),
  feeAccount: accountJson,
  maxSkew: decimal(64),
  batchInterval: decimal(64),
  reserve: decimal(128),
  genesisCost: decimal(128),
  guardians: record<Guardians>({
    keys: list(accountJson, MAX_GUARDIANS),
    threshold: u32Json,
    freezer: accountJson,
  }),
  decisionDelay: decimal(64),
  measurements: list(measurementJson, MAX_MEASUREMENTS),
  attestation: attestationJson,
  secondHolder: boolean,
});

/**
 * Reads a configuration from a parsed JSON value: the fields of `BridgeConfig`, bytes as `0x`-hex, `bigint`s as decimal
 * strings, the waypoint as `<version>:<hex>`, the profile as the name of one that ships or as `0x`-hex of its encoding.
 * @throws DecodeError `decode/json`, `decode/waypoint`; RefusedError as `checkConfig`
 */
export const parseBridgeConfig = (value: unknown): BridgeConfig => {
  const config = bridgeConfigJson.parse(value, "bridge");
  checkConfig(config);
  return config;
};

/** A plain JSON value that `parseBridgeConfig` reads. */
export const formatBridgeConfig = (config: BridgeConfig): unknown => bridgeConfigJson.format(config);
