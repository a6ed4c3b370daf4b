/** The runtime calls that the bridge makes and reads back, written by a pinned chain profile instead of metadata. */
import {
  bytes,
  type Codec,
  compact,
  compactU32,
  decode,
  encode,
  fixedBytes,
  struct,
  vector,
} from "../../codec/scale.js";
import { DecodeError } from "../../error.js";
import type { CallName, ChainProfile } from "./chain-profile.js";

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

type Arguments<N extends CallName> = Omit<Extract<Call, { type: N }>, "type">;

const ACCOUNT_ID = 0;
const MAX_BATCH = 4096;

/** `MultiAddress::Id`; no other form of address is written or taken. @throws DecodeError `decode/address` */
export const address: Codec<Uint8Array> = {
  write: (writer, who) => {
    writer.u8(ACCOUNT_ID);
    fixedBytes(32).write(writer, who);
  },
  read: (reader) => {
    const kind = reader.u8();
    if (kind !== ACCOUNT_ID)
      throw new DecodeError("decode/address", `expected an account id (kind 0), got kind ${kind}`);
    return reader.bytes(32);
  },
};

const amount: Codec<bigint> = {
  write: (writer, value) => {
    if (value >> 128n !== 0n) throw new RangeError(`expected an unsigned 128-bit amount, got ${value}`);
    compact.write(writer, value);
  },
  read: (reader) => {
    const value = compact.read(reader);
    if (value >> 128n !== 0n) throw new DecodeError("decode/amount", "expected an amount of at most 128 bits");
    return value;
  },
};

const asset = compactU32;

// Batches don't nest: neither does the bridge make such, nor need hostile depth be walked.
const LEAVES: { readonly [N in Exclude<CallName, "batchAll">]: Codec<Arguments<N>> } = {
  remark: struct({ remark: bytes }),
  mint: struct({ asset, beneficiary: address, amount }),
  burn: struct({ asset, who: address, amount }),
  transferKeepAlive: struct({ asset, target: address, amount }),
  approveTransfer: struct({ asset, delegate: address, amount }),
  cancelApproval: struct({ asset, delegate: address }),
  setTeam: struct({ asset, issuer: address, admin: address, freezer: address }),
  freezeAsset: struct({ asset }),
  thawAsset: struct({ asset }),
  thaw: struct({ asset, who: address }),
};

const oneOf = (profile: ChainProfile, layouts: Partial<Record<CallName, Codec<object>>>): Codec<Call> => {
  const byIndex = new Map<string, readonly [string, Codec<object>]>();
  for (const [type, layout] of Object.entries(layouts))
    byIndex.set(String(profile.calls[type as CallName]), [type, layout]);
  return {
    write: (writer, call) => {
      const layout = layouts[call.type];
      if (layout === undefined) throw new RangeError(`expected a call that can stand here, got ${call.type}`);
      const [pallet, index] = profile.calls[call.type];
      writer.u8(pallet);
      writer.u8(index);
      layout.write(writer, call);
    },
    read: (reader) => {
      const index = [reader.u8(), reader.u8()];
      const known = byIndex.get(String(index));
      if (known === undefined)
        throw new DecodeError(
          "decode/call",
          `expected a call of profile ${profile.name}, got index ${index.join(".")}`,
        );
      const [type, layout] = known;
      return { type, ...layout.read(reader) } as Call;
    },
  };
};

/** Calls as a profile encodes them. A `batchAll` holds at most 4,096 calls, and no other `batchAll`. */
export const callCodec = (profile: ChainProfile): Codec<Call> => {
  const leaf = oneOf(profile, LEAVES as Partial<Record<CallName, Codec<object>>>);
  const batchAll = struct({ calls: vector(leaf, MAX_BATCH) });
  return oneOf(profile, {
    ...(LEAVES as Partial<Record<CallName, Codec<object>>>),
    batchAll: batchAll as Codec<object>,
  });
};

export const encodeCall = (profile: ChainProfile, call: Call): Uint8Array => encode(callCodec(profile), call);

/** @throws DecodeError for anything but one of the calls above, whole and canonical */
export const decodeCall = (profile: ChainProfile, encoded: Uint8Array): Call => decode(callCodec(profile), encoded);

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
