/** A bridge's configuration: everything that is fixed before its first batch. Its hash names the bridge. */
import { utf8 } from "@pdiem/light-client/bytes";
import {
  bool,
  type Codec,
  encode,
  fixedBytes,
  string,
  struct,
  u8,
  u32,
  u64,
  u128,
  vector,
} from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/account-address";
import { formatWaypoint, parseWaypoint, type Waypoint, waypoint } from "@pdiem/light-client/diem/waypoint";
import type { Authority } from "@pdiem/light-client/polkadot/authority-set";
import { type ChainProfile, chainProfile } from "@pdiem/light-client/polkadot/chain-profile";
import { type GrandpaState, grandpaState } from "@pdiem/light-client/polkadot/grandpa-state";
import { type Attestation, attestation, attestationJson } from "./attestation.js";
import { profileJson } from "./chain-profile-json.js";
import { checkConfig } from "./config-check.js";
import { type CurrencyConfig, currencyConfig, currencyConfigJson } from "./currency-config.js";
import { as, boolean, decimal, hexOf, integer, type Json, list, record, text } from "./json.js";
import { MAX_CURRENCIES } from "./ledger.js";
import { type Measurement, measurement, measurementJson } from "./measurement.js";

export { checkConfig } from "./config-check.js";

export interface Guardians {
  /** Ed25519 public keys, and how many of them must sign. */
  readonly keys: readonly Uint8Array[];
  readonly threshold: number;
  /** Their account on the parachain, Freezer of every asset. */
  readonly freezer: Uint8Array;
}

export interface BridgeConfig {
  readonly diem: {
    readonly chainId: number;
    readonly waypoint: Waypoint;
    readonly custody: AccountAddress;
    /** Prefix of DIP-5 addresses, such as `dm` or `tdm`. */
    readonly hrp: string;
  };
  /** Trust root of the relay chain: an authority set and a header that it or its predecessor finalized. */
  readonly relay: GrandpaState;
  /**
   * When the waypoint and the authority set above were vouched for, ms: they are the first checkpoint, and whoever agrees
   * to the configuration has signed it.
   */
  readonly rootsTime: bigint;
  readonly parachain: {
    readonly paraId: number;
    readonly genesisHash: Uint8Array;
    /** The first chain profile. */
    readonly profile: ChainProfile;
  };
  /** The first one's asset holds the anchor. */
  readonly currencies: readonly CurrencyConfig[];
  /** Account on the parachain that claimed fees are minted to. */
  readonly feeAccount: Uint8Array;
  /** How far apart the two chains' proven times may be, ms. */
  readonly maxSkew: bigint;
  /** Least time between batches, ms. */
  readonly batchInterval: bigint;
  /** Issuer's free balance, in the native asset's smallest units, at or below which nobody is registered. */
  readonly reserve: bigint;
  /** What the issuer must have beside the reserve for its first batch: fee, deposit of one approval, existential deposit. */
  readonly genesisCost: bigint;
  readonly guardians: Guardians;
  /** How long a guardians' decision that isn't in force at once is public before it is, ms. */
  readonly decisionDelay: bigint;
  /** What code may hold the key: of simulated TEEs alone, or of genuine ones alone. */
  readonly measurements: readonly Measurement[];
  /** What the machines must be that run it. */
  readonly attestation: Attestation;
  /** Whether the first batch is signed only once a second attested enclave holds the key. */
  readonly secondHolder: boolean;
}

const MAX_GUARDIANS = 64;
const MAX_MEASUREMENTS = 64;
const MAX_AUTHORITIES = 100_000;

const account = fixedBytes(32);

export const guardians: Codec<Guardians> = struct<Guardians>({
  keys: vector(account, MAX_GUARDIANS),
  threshold: u32,
  freezer: account,
});

export const bridgeConfig: Codec<BridgeConfig> = struct<BridgeConfig>({
  diem: struct<BridgeConfig["diem"]>({ chainId: u8, waypoint, custody: accountAddress, hrp: string }),
  relay: grandpaState,
  rootsTime: u64,
  parachain: struct<BridgeConfig["parachain"]>({ paraId: u32, genesisHash: account, profile: chainProfile }),
  currencies: vector(currencyConfig, MAX_CURRENCIES),
  feeAccount: account,
  maxSkew: u64,
  batchInterval: u64,
  reserve: u128,
  genesisCost: u128,
  guardians,
  decisionDelay: u64,
  measurements: vector(measurement, MAX_MEASUREMENTS),
  attestation,
  secondHolder: bool,
});

const BRIDGE_ID_TAG = utf8("pdiem/bridge/v1");

/** 32 bytes: blake2b-256 of a domain tag and the BCS of the configuration. */
export const bridgeId = (config: BridgeConfig): Uint8Array => blake2b256(BRIDGE_ID_TAG, encode(bridgeConfig, config));

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
