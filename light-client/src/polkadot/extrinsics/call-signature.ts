/** The names and arguments by which the calls of `Call` are known to runtimes. */
import type { ArgumentEncoding, CallName } from "./extrinsic-format.js";

/** An id's and an amount's encoding may be compact or not. */
export type ArgumentKind = "id" | "account" | "amount" | "bytes" | "calls";

export interface CallSignature {
  /** `assets` stands for the pallet that the configuration names. */
  readonly pallet: "System" | "Utility" | "assets";
  readonly call: string;
  /** Names in the runtime to the property of `Call` and its kind. */
  readonly arguments: Readonly<Record<string, readonly [name: string, kind: ArgumentKind]>>;
}

const id = { id: ["asset", "id"] } as const;
const amount = { amount: ["amount", "amount"] } as const;
const account = (name: string) => [name, "account"] as const;

export const CALL_SIGNATURES: Readonly<Record<CallName, CallSignature>> = {
  remark: { pallet: "System", call: "remark", arguments: { remark: ["remark", "bytes"] } },
  batchAll: { pallet: "Utility", call: "batch_all", arguments: { calls: ["calls", "calls"] } },
  mint: { pallet: "assets", call: "mint", arguments: { ...id, beneficiary: account("beneficiary"), ...amount } },
  burn: { pallet: "assets", call: "burn", arguments: { ...id, who: account("who"), ...amount } },
  transferKeepAlive: {
    pallet: "assets",
    call: "transfer_keep_alive",
    arguments: { ...id, target: account("target"), ...amount },
  },
  approveTransfer: {
    pallet: "assets",
    call: "approve_transfer",
    arguments: { ...id, delegate: account("delegate"), ...amount },
  },
  cancelApproval: { pallet: "assets", call: "cancel_approval", arguments: { ...id, delegate: account("delegate") } },
  setTeam: {
    pallet: "assets",
    call: "set_team",
    arguments: { ...id, issuer: account("issuer"), admin: account("admin"), freezer: account("freezer") },
  },
  freezeAsset: { pallet: "assets", call: "freeze_asset", arguments: id },
  thawAsset: { pallet: "assets", call: "thaw_asset", arguments: id },
  thaw: { pallet: "assets", call: "thaw", arguments: { ...id, who: account("who") } },
};

export const CALL_NAMES = Object.keys(CALL_SIGNATURES) as readonly CallName[];

/** How Asset Hubs encode each kind. */
export const USUAL_ENCODING: Readonly<Record<ArgumentKind, ArgumentEncoding>> = {
  id: "compactU32",
  account: "account",
  amount: "compactU128",
  bytes: "bytes",
  calls: "calls",
};
