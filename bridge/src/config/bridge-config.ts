/**
 * A bridge's configuration: everything that is fixed before its first batch. Its hash names the
 * bridge.
 */
import { utf8 } from "@pdiem/light-client/bytes";
import {
  bool,
  type Decoded,
  encode,
  fixedBytes,
  option,
  string,
  struct,
  u8,
  u16,
  u32,
  u64,
  u128,
  vector,
} from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { waypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { pinnedProfile } from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";
import { grandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { attestationPolicy } from "./attestation-policy.js";
import { currencyConfig } from "./currency-config.js";
import { guardians } from "./guardians.js";
import { holders } from "./holders.js";
import { measurement } from "./measurement.js";

/** Bounds a decoder, far above what anyone bridges. */
export const MAX_CURRENCIES = 64;
export const MAX_MEASUREMENTS = 64;

/** What one batch may hold; a limit that guardians can change as others. */
export const batchLimits = struct({
  /** Calls within the `batch_all`. */
  calls: u32,
  /** Bytes of the extrinsic, as `batchSize` bounds them. */
  bytes: u32,
});
export type BatchLimits = Decoded<typeof batchLimits>;

export const bridgeConfig = struct({
  diem: struct({
    chainId: u8,
    waypoint,
    custody: accountAddress,
    /** Prefix of DIP-5 addresses, such as `dm` or `tdm`. */
    hrp: string,
  }),
  /**
   * Trust root of the relay chain: an authority set and a header that it or its predecessor
   * finalized.
   */
  relay: grandpaState,
  /** When both roots were vouched for, ms: they are the first checkpoint (PROTOCOL 6). */
  rootsTime: u64,
  parachain: struct({
    paraId: u32,
    genesisHash: fixedBytes(32),
    /** Name of the pallet of the wrapped assets, such as `Assets`, for calls and storage alike. */
    assetsPallet: string,
    /** The spec version that the first checkpoint names. */
    specVersion: u32,
    /** Lifetime of a batch in blocks, a power of two. */
    mortalPeriod: u16,
    /** Most consumers with which an account still takes one more. */
    maxConsumers: u32,
    /** Encodes calls at its own spec version alone; elsewhere metadata proofs do (PROTOCOL 3). */
    profile: option(pinnedProfile),
  }),
  /** The first one's asset holds the anchor. */
  currencies: vector(currencyConfig, MAX_CURRENCIES),
  /** Account on the parachain that claimed fees are minted to. */
  feeAccount: fixedBytes(32),
  /** How far apart both chains' proven times may be, ms. */
  maxSkew: u64,
  /** Least time between batches, ms. */
  batchInterval: u64,
  batch: batchLimits,
  /**
   * Issuer's free balance, in the native asset's smallest units, at or below which nobody is
   * registered.
   */
  reserve: u128,
  /**
   * What the issuer needs beside the reserve at genesis: fee, approval's and existential deposit.
   */
  genesisCost: u128,
  guardians,
  /** How long a decision that isn't in force at once is public before it is, in active time, ms. */
  decisionDelay: u64,
  /** What code may hold the key: of simulated TEEs alone, or of genuine ones alone. */
  measurements: vector(measurement, MAX_MEASUREMENTS),
  /** What the machines must be that run it. */
  attestation: attestationPolicy,
  /** Whether the first batch is signed only once a second attested enclave holds the key. */
  secondHolder: bool,
  /** Who holds the key together (PROTOCOL 7a); undefined where one enclave holds it. */
  holders: option(holders),
});
export type BridgeConfig = Decoded<typeof bridgeConfig>;

const BRIDGE_ID_TAG = utf8("pdiem/bridge/v2");

const bridgeIds = new WeakMap<BridgeConfig, Uint8Array>();

/**
 * Computes the 32 bytes that name a bridge: blake2b-256 of a tag and the configuration's BCS. Once
 * for each configuration, which nothing changes.
 */
export const bridgeId = (config: BridgeConfig): Uint8Array => {
  const id = bridgeIds.get(config) ?? blake2b256(BRIDGE_ID_TAG, encode(bridgeConfig, config));
  bridgeIds.set(config, id);
  return id;
};
