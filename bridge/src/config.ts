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
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type Waypoint, waypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { type ChainProfile, chainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { type GrandpaState, grandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { type Attestation, attestation } from "./attestation.js";
import { type CurrencyConfig, currencyConfig } from "./currency-config.js";
import { MAX_CURRENCIES } from "./ledger.js";
import { type Measurement, measurement } from "./measurement.js";

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

export const MAX_GUARDIANS = 64;
export const MAX_MEASUREMENTS = 64;

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
