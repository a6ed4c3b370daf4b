/** What encodes extrinsics for one pinned spec version that knows no metadata hash. */
import { type Decoded, string, struct, u8, u32, vector } from "../../codec/bcs.js";

export const CALL_NAMES = [
  "remark",
  "batchAll",
  "mint",
  "burn",
  "transferKeepAlive",
  "approveTransfer",
  "cancelApproval",
  "setTeam",
  "freezeAsset",
  "thawAsset",
  "thaw",
] as const;
export type CallName = (typeof CALL_NAMES)[number];
/** Pallet index and call index: the first two bytes of an encoded call. */
const callIndex = struct({ pallet: u8, call: u8 });

export const pinnedProfile = struct({
  specVersion: u32,
  transactionVersion: u32,
  /** Identifiers in the order in which the runtime encodes them. */
  extensions: vector(string, 32),
  calls: struct({
    remark: callIndex,
    batchAll: callIndex,
    mint: callIndex,
    burn: callIndex,
    transferKeepAlive: callIndex,
    approveTransfer: callIndex,
    cancelApproval: callIndex,
    setTeam: callIndex,
    freezeAsset: callIndex,
    thawAsset: callIndex,
    thaw: callIndex,
  }),
});
export type PinnedProfile = Decoded<typeof pinnedProfile>;
