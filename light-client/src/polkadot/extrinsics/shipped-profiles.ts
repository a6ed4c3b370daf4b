/** The chain profiles that ship. Sources are named at each. */
import type { ChainProfile, SignedExtension } from "./chain-profile.js";

const COMMON_EXTENSIONS: readonly SignedExtension[] = [
  "CheckNonZeroSender",
  "CheckSpecVersion",
  "CheckTxVersion",
  "CheckGenesis",
  "CheckMortality",
  "CheckNonce",
  "CheckWeight",
  "ChargeAssetTxPayment",
];

/**
 * The runtime `statemine` 900 of the devnet, from the genesis `rococo_v2_2_asset_hub` in npm's `@substrate/connect-known-chains`.
 * Its weights, as it says itself (`TransactionPaymentApi_query_info`), know no proof size.
 */
export const STATEMINE_900: ChainProfile = {
  name: "statemine-900",
  transactionVersion: 6,
  stateVersion: 0,
  mortalPeriod: 64,
  extensions: COMMON_EXTENSIONS,
  calls: {
    remark: [0, 1],
    batchAll: [40, 2],
    mint: [50, 3],
    burn: [50, 4],
    transferKeepAlive: [50, 6],
    approveTransfer: [50, 19],
    cancelApproval: [50, 20],
    setTeam: [50, 13],
    freezeAsset: [50, 10],
    thawAsset: [50, 11],
    thaw: [50, 9],
  },
  maxConsumers: 15,
  normalWeight: { refTime: 375_000_000_000n, proofSize: 0n },
  normalLength: 3_932_160,
  extrinsicWeight: { refTime: 349_875_000_000n, proofSize: 0n },
  lengthCountsAsProof: false,
  baseWeight: { refTime: 200_000_000n, proofSize: 0n },
  callWeight: { refTime: 284_000_000n, proofSize: 0n },
  remarkByteRefTime: 1_000n,
};

/**
 * Polkadot Asset Hub 2.0.0 (spec 2000000): calls, extensions, versions and block limits from its metadata in npm's
 * `@polkadot/types-support` 16.5.6. Consumers and weights are in no metadata: the strictest of related runtimes, and more than that.
 */
export const ASSET_HUB: ChainProfile = {
  name: "asset-hub-2000000",
  transactionVersion: 15,
  stateVersion: 1,
  mortalPeriod: 64,
  extensions: [...COMMON_EXTENSIONS, "CheckMetadataHash"],
  calls: {
    remark: [0, 0],
    batchAll: [40, 2],
    mint: [50, 6],
    burn: [50, 7],
    transferKeepAlive: [50, 9],
    approveTransfer: [50, 22],
    cancelApproval: [50, 23],
    setTeam: [50, 16],
    freezeAsset: [50, 13],
    thawAsset: [50, 14],
    thaw: [50, 12],
  },
  maxConsumers: 14,
  normalWeight: { refTime: 1_700_000_000_000n, proofSize: 8_912_896n },
  normalLength: 4_456_448,
  extrinsicWeight: { refTime: 1_599_875_000_000n, proofSize: 8_388_608n },
  lengthCountsAsProof: true,
  baseWeight: { refTime: 200_000_000n, proofSize: 3_675n },
  callWeight: { refTime: 300_000_000n, proofSize: 3_675n },
  remarkByteRefTime: 1_000n,
};
