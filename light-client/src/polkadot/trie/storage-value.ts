/**
 * Values of the storage items that the bridge reads, strict. A value of another shape is a runtime
 * that no profile here fits. What older and newer runtimes name differently but encode alike has
 * the newer name.
 */
import { bool, type Codec, compactU32, decode, fixedBytes, string, struct, u32, u64, u128 } from "../../codec/scale.js";
import { DecodeError } from "../../error.js";

const accountId = fixedBytes(32);

/** One byte that stands for a name: its index in the list. */
const named = <N extends string>(names: readonly N[], what: string): Codec<N> => ({
  write: (writer, name) => writer.u8(names.indexOf(name)),
  read: (reader) => {
    const index = reader.u8();
    const name = names[index];
    if (name === undefined)
      throw new DecodeError("decode/storage-value", `expected ${what} from 0 to ${names.length - 1}, got ${index}`);
    return name;
  },
});

/**
 * `System.Account`. An account that doesn't exist has no entry, or one with no providers and
 * sufficients.
 */
export interface AccountInfo {
  readonly nonce: number;
  readonly consumers: number;
  readonly providers: number;
  readonly sufficients: number;
  readonly free: bigint;
  readonly reserved: bigint;
  readonly frozen: bigint;
  /** `fee_frozen` on runtimes before 2023. */
  readonly flags: bigint;
}

export const accountInfo: Codec<AccountInfo> = struct({
  nonce: u32,
  consumers: u32,
  providers: u32,
  sufficients: u32,
  free: u128,
  reserved: u128,
  frozen: u128,
  flags: u128,
});

/** `Assets.Asset`. Accounts are 32 bytes. */
export interface AssetDetails {
  readonly owner: Uint8Array;
  readonly issuer: Uint8Array;
  readonly admin: Uint8Array;
  readonly freezer: Uint8Array;
  readonly supply: bigint;
  readonly deposit: bigint;
  readonly minBalance: bigint;
  readonly isSufficient: boolean;
  readonly accounts: number;
  readonly sufficients: number;
  readonly approvals: number;
  readonly status: AssetStatus;
}

/** Runtimes with a mere `is_frozen` know the first two. */
const ASSET_STATUSES = ["live", "frozen", "destroying"] as const;
export type AssetStatus = (typeof ASSET_STATUSES)[number];

export const assetDetails: Codec<AssetDetails> = struct({
  owner: accountId,
  issuer: accountId,
  admin: accountId,
  freezer: accountId,
  supply: u128,
  deposit: u128,
  minBalance: u128,
  isSufficient: bool,
  accounts: u32,
  sufficients: u32,
  approvals: u32,
  status: named(ASSET_STATUSES, "an asset status"),
});

/** Why an asset account exists: what keeps its holder alive meanwhile. */
export type ExistenceReason =
  | { readonly type: "consumer" | "sufficient" | "depositRefunded" }
  | { readonly type: "depositHeld"; readonly deposit: bigint }
  | { readonly type: "depositFrom"; readonly depositor: Uint8Array; readonly deposit: bigint };

const REASONS = ["consumer", "sufficient", "depositHeld", "depositRefunded", "depositFrom"] as const;
const reasonTag = named(REASONS, "an existence reason");

const existenceReason: Codec<ExistenceReason> = {
  write: (writer, reason) => {
    reasonTag.write(writer, reason.type);
    if (reason.type === "depositFrom") accountId.write(writer, reason.depositor);
    if ("deposit" in reason) u128.write(writer, reason.deposit);
  },
  read: (reader) => {
    const type = reasonTag.read(reader);
    if (type === "depositHeld") return { type, deposit: u128.read(reader) };
    if (type === "depositFrom") return { type, depositor: accountId.read(reader), deposit: u128.read(reader) };
    return { type };
  },
};

/** Runtimes with a mere `is_frozen` know the first two. */
const ACCOUNT_STATUSES = ["liquid", "frozen", "blocked"] as const;
export type AssetAccountStatus = (typeof ACCOUNT_STATUSES)[number];

/** `Assets.Account`: what one account holds of one asset. */
export interface AssetAccount {
  readonly balance: bigint;
  readonly status: AssetAccountStatus;
  readonly reason: ExistenceReason;
}

export const assetAccountValue: Codec<AssetAccount> = struct({
  balance: u128,
  status: named(ACCOUNT_STATUSES, "an account status"),
  reason: existenceReason,
});

/** `Assets.Approvals`. */
export interface Approval {
  readonly amount: bigint;
  readonly deposit: bigint;
}

export const approval: Codec<Approval> = struct({ amount: u128, deposit: u128 });

/** `System.LastRuntimeUpgrade`. */
export interface RuntimeUpgrade {
  readonly specVersion: number;
  readonly specName: string;
}

export const runtimeUpgrade: Codec<RuntimeUpgrade> = struct({ specVersion: compactU32, specName: string });

/**
 * Reads one whole value, as all of these do.
 * @throws DecodeError if it has another shape
 */
export const readAccountInfo = (value: Uint8Array): AccountInfo => decode(accountInfo, value);
export const readAssetDetails = (value: Uint8Array): AssetDetails => decode(assetDetails, value);
export const readAssetAccount = (value: Uint8Array): AssetAccount => decode(assetAccountValue, value);
export const readApproval = (value: Uint8Array): Approval => decode(approval, value);
export const readRuntimeUpgrade = (value: Uint8Array): RuntimeUpgrade => decode(runtimeUpgrade, value);
/** Reads milliseconds since 1970. */
export const readTimestamp = (value: Uint8Array): bigint => decode(u64, value);
