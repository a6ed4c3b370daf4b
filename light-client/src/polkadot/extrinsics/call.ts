/** The runtime calls that the bridge makes; `encodeCall` writes them in a runtime's format. */

/** Accounts are 32 bytes; amounts are in the asset's smallest unit; `asset` is a u32. */
export type Call =
  | { readonly type: "remark"; readonly remark: Uint8Array }
  | { readonly type: "batchAll"; readonly calls: readonly Call[] }
  | { readonly type: "mint"; readonly asset: number; readonly beneficiary: Uint8Array; readonly amount: bigint }
  | { readonly type: "burn"; readonly asset: number; readonly who: Uint8Array; readonly amount: bigint }
  | { readonly type: "transferKeepAlive"; readonly asset: number; readonly target: Uint8Array; readonly amount: bigint }
  | { readonly type: "approveTransfer"; readonly asset: number; readonly delegate: Uint8Array; readonly amount: bigint }
  | { readonly type: "cancelApproval"; readonly asset: number; readonly delegate: Uint8Array }
  | {
      readonly type: "setTeam";
      readonly asset: number;
      readonly issuer: Uint8Array;
      readonly admin: Uint8Array;
      readonly freezer: Uint8Array;
    }
  | { readonly type: "freezeAsset"; readonly asset: number }
  | { readonly type: "thawAsset"; readonly asset: number }
  | { readonly type: "thaw"; readonly asset: number; readonly who: Uint8Array };

type Arguments<N extends Call["type"]> = Omit<Extract<Call, { type: N }>, "type">;

export const remark = (data: Uint8Array): Call => ({ type: "remark", remark: data });
export const batchAll = (calls: readonly Call[]): Call => ({ type: "batchAll", calls });
export const mint = (id: number, beneficiary: Uint8Array, units: bigint): Call => ({
  type: "mint",
  asset: id,
  beneficiary,
  amount: units,
});
/** Burns what `who` has, up to the amount: the runtime clamps without saying so. */
export const burn = (id: number, who: Uint8Array, units: bigint): Call => ({
  type: "burn",
  asset: id,
  who,
  amount: units,
});
export const transferKeepAlive = (id: number, target: Uint8Array, units: bigint): Call => ({
  type: "transferKeepAlive",
  asset: id,
  target,
  amount: units,
});
export const approveTransfer = (id: number, delegate: Uint8Array, units: bigint): Call => ({
  type: "approveTransfer",
  asset: id,
  delegate,
  amount: units,
});
export const cancelApproval = (id: number, delegate: Uint8Array): Call => ({
  type: "cancelApproval",
  asset: id,
  delegate,
});
export const setTeam = (id: number, team: Omit<Arguments<"setTeam">, "asset">): Call => ({
  type: "setTeam",
  asset: id,
  ...team,
});
export const freezeAsset = (id: number): Call => ({ type: "freezeAsset", asset: id });
export const thawAsset = (id: number): Call => ({ type: "thawAsset", asset: id });
/** Thaws or unblocks one account. */
export const thaw = (id: number, who: Uint8Array): Call => ({ type: "thaw", asset: id, who });
