/** The genesis state: that of `rococo_v2_2_asset_hub`, with endowed accounts and, where wanted, sufficient assets. */
import { fromHex } from "@pdiem/light-client/bytes";
import { decode, encode, fixedBytes, struct, u8, u32, u128 } from "@pdiem/light-client/codec/scale";
import { DecodeError } from "@pdiem/light-client/error";
import { asset, storagePrefix, systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { chainSpec } from "@substrate/connect-known-chains/rococo_v2_2_asset_hub";
import { type Change, type Trie, valueAt, withChanges } from "../trie/trie.js";

/** Free balance in plancks (12 decimals). Accounts are 32 bytes. */
export interface Endowment {
  readonly account: Uint8Array;
  readonly free: bigint;
}

/** An asset that keeps its holders' accounts alive: no signed call can make one, so it must be there from the start. */
export interface SufficientAsset {
  readonly id: number;
  /** Its Owner, Issuer, Admin and Freezer, until it hands these on. */
  readonly owner: Uint8Array;
  readonly minBalance: bigint;
}

export interface ChainSpec {
  readonly name: string;
  readonly properties: { readonly tokenDecimals: number; readonly tokenSymbol: string };
  readonly paraId: number;
  readonly state: Trie;
}

const account = fixedBytes(32);
const TOTAL_ISSUANCE = storagePrefix("Balances", "TotalIssuance");

const accountInfo = struct({
  nonce: u32,
  consumers: u32,
  providers: u32,
  sufficients: u32,
  free: u128,
  reserved: u128,
  miscFrozen: u128,
  feeFrozen: u128,
});

const assetDetails = struct({
  owner: account,
  issuer: account,
  admin: account,
  freezer: account,
  supply: u128,
  deposit: u128,
  minBalance: u128,
  isSufficient: u8,
  accounts: u32,
  sufficients: u32,
  approvals: u32,
  isFrozen: u8,
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const field = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);

const expectText = (value: unknown, name: string): string => {
  if (typeof value !== "string") throw new DecodeError("decode/chain-spec", `expected a text as ${name}`);
  return value;
};

const expectNumber = (value: unknown, name: string): number => {
  if (typeof value !== "number") throw new DecodeError("decode/chain-spec", `expected a number as ${name}`);
  return value;
};

/** @throws DecodeError `decode/chain-spec` if the package's chain specification isn't one */
const readSpec = (): ChainSpec => {
  const spec: unknown = JSON.parse(chainSpec);
  const top = field(spec, "genesis", "raw", "top");
  if (!isRecord(top)) throw new DecodeError("decode/chain-spec", "expected a raw genesis");
  return {
    name: expectText(field(spec, "name"), "name"),
    properties: {
      tokenDecimals: expectNumber(field(spec, "properties", "tokenDecimals"), "tokenDecimals"),
      tokenSymbol: expectText(field(spec, "properties", "tokenSymbol"), "tokenSymbol"),
    },
    paraId: expectNumber(field(spec, "para_id"), "para_id"),
    state: withChanges(
      undefined,
      Object.entries(top).map(([key, value]) => [fromHex(key), fromHex(expectText(value, key))] as const),
    ),
  };
};

const endow = (state: Trie, endowed: readonly Endowment[]): Change[] => {
  const issued = valueAt(state, TOTAL_ISSUANCE);
  const added = endowed.reduce((sum, { free }) => sum + free, 0n);
  const accounts = endowed.map(({ account, free }): Change => {
    const info = { nonce: 0, consumers: 0, providers: 1, sufficients: 0, free, reserved: 0n, miscFrozen: 0n };
    return [systemAccount(account), encode(accountInfo, { ...info, feeFrozen: 0n })];
  });
  return [...accounts, [TOTAL_ISSUANCE, encode(u128, (issued === undefined ? 0n : decode(u128, issued)) + added)]];
};

const createSufficient = ({ id, owner, minBalance }: SufficientAsset): Change => [
  asset(id),
  encode(assetDetails, {
    owner,
    issuer: owner,
    admin: owner,
    freezer: owner,
    supply: 0n,
    deposit: 0n,
    minBalance,
    isSufficient: 1,
    accounts: 0,
    sufficients: 0,
    approvals: 0,
    isFrozen: 0,
  }),
];

/** The chain's specification with its genesis state. Endowed accounts must not be in the specification already. */
export const genesis = (endowed: readonly Endowment[], assets: readonly SufficientAsset[]): ChainSpec => {
  const spec = readSpec();
  return { ...spec, state: withChanges(spec.state, [...endow(spec.state, endowed), ...assets.map(createSufficient)]) };
};
