/** A bridge's configuration as JSON, as operators write it. */
import {
  type BatchLimits,
  type BridgeConfig,
  MAX_CURRENCIES,
  MAX_MEASUREMENTS,
} from "@pdiem/bridge/config/bridge-config";
import { checkConfig } from "@pdiem/bridge/config/config-check";
import { type Guardians, MAX_GUARDIANS } from "@pdiem/bridge/config/guardians";
import { type HolderClass, type Holders, MAX_SLOTS } from "@pdiem/bridge/config/holders";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import { formatWaypoint, parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import type { Authority } from "@pdiem/light-client/polkadot/finality/authority-set";
import type { GrandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { as, boolean, decimal, hex, hexOf, integer, type Json, list, optional, record, text } from "../json.js";
import { attestationPolicyJson } from "./attestation-policy-json.js";
import { currencyConfigJson } from "./currency-config-json.js";
import { pinnedProfileJson } from "./pinned-profile-json.js";

const MAX_AUTHORITIES = 100_000;
const MAX_MEASUREMENT_BYTES = 240;

const accountJson = hexOf(32);
const u32Json = integer(0xffff_ffff);

/** Where a light client of the relay chain begins. */
export type RelayRoot = Pick<GrandpaState, "setId" | "authorities" | "finalized">;

const relayJson: Json<RelayRoot> = record<RelayRoot>({
  setId: decimal(64),
  authorities: list(record<Authority>({ id: accountJson, weight: decimal(64) }), MAX_AUTHORITIES),
  finalized: record<RelayRoot["finalized"]>({ number: u32Json, hash: accountJson }),
});

export const guardiansJson: Json<Guardians> = record<Guardians>({
  keys: list(accountJson, MAX_GUARDIANS),
  threshold: u32Json,
  freezer: accountJson,
});

export const measurementJson: Json<Measurement> = record<Measurement>({
  tee: text(16, /^[a-z][a-z0-9-]*$/),
  value: hex(MAX_MEASUREMENT_BYTES),
});

const classNameJson = text(32, /^[a-z][a-z0-9-]*$/);

const holdersJson: Json<Holders> = record<Holders>({
  threshold: integer(MAX_SLOTS),
  classes: list(
    record<HolderClass>({
      name: classNameJson,
      tees: list(text(16, /^[a-z][a-z0-9-]*$/), MAX_SLOTS),
      simulated: list(hexOf(32), MAX_MEASUREMENTS),
    }),
    MAX_SLOTS,
  ),
  slots: list(classNameJson, MAX_SLOTS),
});

const parachainJson: Json<BridgeConfig["parachain"]> = record<BridgeConfig["parachain"]>({
  paraId: u32Json,
  genesisHash: accountJson,
  assetsPallet: text(32, /^[A-Z][A-Za-z0-9]*$/),
  specVersion: u32Json,
  mortalPeriod: integer(4096),
  maxConsumers: u32Json,
  profile: optional(pinnedProfileJson),
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
  parachain: parachainJson,
  currencies: list(currencyConfigJson, MAX_CURRENCIES),
  feeAccount: accountJson,
  maxSkew: decimal(64),
  batchInterval: decimal(64),
  batch: record<BatchLimits>({ calls: u32Json, bytes: u32Json }),
  reserve: decimal(128),
  genesisCost: decimal(128),
  guardians: guardiansJson,
  decisionDelay: decimal(64),
  measurements: list(measurementJson, MAX_MEASUREMENTS),
  attestation: attestationPolicyJson,
  secondHolder: boolean,
  holders: optional(holdersJson),
});

/**
 * Reads a configuration from a parsed JSON value: the fields of `BridgeConfig`, bytes as `0x`-hex.
 * `bigint`s are decimal strings, the waypoint is `<version>:<hex>`, a profile the name of one that
 * ships.
 * @throws DecodeError `decode/json`, `decode/waypoint`; RefusedError `refused/config-…`
 */
export const parseBridgeConfig = (value: unknown): BridgeConfig => {
  const config = bridgeConfigJson.parse(value, "bridge");
  checkConfig(config);
  return config;
};

/** Writes a plain JSON value that `parseBridgeConfig` reads. */
export const formatBridgeConfig = (config: BridgeConfig): unknown => bridgeConfigJson.format(config);

/** Writes the `relay` part of a configuration alone. */
export const formatRelayRoot = (root: RelayRoot): unknown => relayJson.format(root);
