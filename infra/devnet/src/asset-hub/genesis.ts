/** The genesis state: a runtime's, with endowed accounts and, where wanted, sufficient assets. */
import { decode, encode, fixedBytes, struct, u8, u32, u128 } from "@pdiem/light-client/codec/scale";
import { asset, storagePrefix, systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { type Change, valueAt, withChanges } from "../trie/trie.js";
import type { HubRuntime } from "./hub-runtime.js";
import { statemine900 } from "./statemine.js";

/** Free balance in plancks, of which `tokenDecimals` make a token. Accounts are 32 bytes. */
export interface Endowment {
  readonly account: Uint8Array;
  readonly free: bigint;
}

/**
 * An asset that keeps its holders' accounts alive. No signed call can make one, so it must be there
 * from the start.
 */
export interface SufficientAsset {
  readonly id: number;
  /** Its Owner, Issuer, Admin and Freezer, until it hands these on. */
  readonly owner: Uint8Array;
  readonly minBalance: bigint;
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
  frozen: u128,
  flags: u128,
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

const endow = ({ state, accountFlags }: HubRuntime, endowed: readonly Endowment[]): Change[] => {
  const issued = valueAt(state, TOTAL_ISSUANCE);
  const added = endowed.reduce((sum, { free }) => sum + free, 0n);
  const accounts = endowed.map(({ account, free }): Change => {
    const info = { nonce: 0, consumers: 0, providers: 1, sufficients: 0, free, reserved: 0n, frozen: 0n };
    return [systemAccount(account), encode(accountInfo, { ...info, flags: accountFlags })];
  });
  return [...accounts, [TOTAL_ISSUANCE, encode(u128, (issued === undefined ? 0n : decode(u128, issued)) + added)]];
};

const createSufficient = ({ id, owner, minBalance }: SufficientAsset): Change => [
  asset("Assets", id),
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

/**
 * Makes the runtime with accounts and assets in its state. Endowed accounts must not be in it
 * already.
 */
export const genesis = (
  endowed: readonly Endowment[],
  assets: readonly SufficientAsset[],
  runtime: HubRuntime = statemine900(),
): HubRuntime => ({
  ...runtime,
  state: withChanges(runtime.state, [...endow(runtime, endowed), ...assets.map(createSufficient)]),
});
