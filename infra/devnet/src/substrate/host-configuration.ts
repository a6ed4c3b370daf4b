/**
 * The part of a relay chain's state that its parachains read when they import a relay parent.
 * Source: cumulus `RelayStateSnapshot`; polkadot_primitives' `well_known_keys` and
 * `AbridgedHostConfiguration`.
 */
import { concat } from "@pdiem/light-client/bytes";
import { encode, struct, u32, u64, vector } from "@pdiem/light-client/codec/scale";
import { storagePrefix, twox64Concat } from "@pdiem/light-client/polkadot/trie/storage-key";
import type { Change } from "../trie/trie.js";

const ofPara = (pallet: string, item: string, paraId: number): Uint8Array =>
  concat(storagePrefix(pallet, item), twox64Concat(encode(u32, paraId)));

const ACTIVE_CONFIG = storagePrefix("Configuration", "ActiveConfig");
const CURRENT_SLOT = storagePrefix("Babe", "CurrentSlot");

const abridgedConfiguration = struct({
  maxCodeSize: u32,
  maxHeadDataSize: u32,
  maxUpwardQueueCount: u32,
  maxUpwardQueueSize: u32,
  maxUpwardMessageSize: u32,
  maxUpwardMessagesPerCandidate: u32,
  hrmpMaxMessagesPerCandidate: u32,
  validationUpgradeCooldown: u32,
  validationUpgradeDelay: u32,
  maxCandidateDepth: u32,
  allowedAncestryLength: u32,
});

/** Lists keys whose values, or absence, each relay parent must prove to a parachain. */
export const parachainInputKeys = (paraId: number): readonly Uint8Array[] => [
  ACTIVE_CONFIG,
  CURRENT_SLOT,
  ofPara("Dmp", "DownwardMessageQueueHeads", paraId),
  ofPara("Ump", "RelayDispatchQueueSize", paraId),
  ofPara("Hrmp", "HrmpIngressChannelsIndex", paraId),
  ofPara("Hrmp", "HrmpEgressChannelsIndex", paraId),
  ofPara("Paras", "UpgradeGoAheadSignal", paraId),
  ofPara("Paras", "UpgradeRestrictionSignal", paraId),
];

/** Tells the parachain to take up its pending code: `UpgradeGoAhead::GoAhead`. */
export const upgradeGoAhead = (paraId: number): Change => [
  ofPara("Paras", "UpgradeGoAheadSignal", paraId),
  Uint8Array.of(1),
];

/** Sets `Babe.CurrentSlot`. */
export const currentSlot = (slot: bigint): Change => [CURRENT_SLOT, encode(u64, slot)];

/**
 * Lists the values under those keys that don't change: no channels, no messages, Rococo's limits.
 */
export const parachainInputs = (paraId: number): readonly Change[] => [
  [
    ACTIVE_CONFIG,
    encode(abridgedConfiguration, {
      maxCodeSize: 3_145_728,
      maxHeadDataSize: 32_768,
      maxUpwardQueueCount: 8,
      maxUpwardQueueSize: 1_048_576,
      maxUpwardMessageSize: 51_200,
      maxUpwardMessagesPerCandidate: 5,
      hrmpMaxMessagesPerCandidate: 5,
      validationUpgradeCooldown: 1_200,
      validationUpgradeDelay: 1_200,
      maxCandidateDepth: 3,
      allowedAncestryLength: 2,
    }),
  ],
  [ofPara("Hrmp", "HrmpIngressChannelsIndex", paraId), encode(vector(u32), [])],
  [ofPara("Hrmp", "HrmpEgressChannelsIndex", paraId), encode(vector(u32), [])],
];
