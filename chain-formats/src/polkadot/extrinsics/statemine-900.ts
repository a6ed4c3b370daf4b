import type { PinnedProfile } from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";

/**
 * The devnet's runtime, from the genesis `rococo_v2_2_asset_hub` in npm's
 * `@substrate/connect-known-chains` 1.10.3.
 */
export const STATEMINE_900: PinnedProfile = {
  specVersion: 900,
  transactionVersion: 6,
  extensions: [
    "CheckNonZeroSender",
    "CheckSpecVersion",
    "CheckTxVersion",
    "CheckGenesis",
    "CheckMortality",
    "CheckNonce",
    "CheckWeight",
    "ChargeAssetTxPayment",
  ],
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
};
