/**
 * What has to be proven for a batch or a payment. It is predicted, so that it is fetched in one go.
 * A prediction may be short, as the recorder notes what the rules look up in vain, which is proven
 * next.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { type Destination, readDestination } from "@pdiem/bridge/deposit/destination";
import { anchorAsset } from "@pdiem/bridge/ledger/ledger-in-force";
import type { Release } from "@pdiem/bridge/ledger/release";
import { DIEM_ROOT } from "@pdiem/bridge/withdrawal/payable";
import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import {
  asset,
  assetAccount,
  assetApproval,
  lastRuntimeUpgrade,
  systemAccount,
  timestampNow,
} from "@pdiem/light-client/polkadot/trie/storage-key";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import type { Holding } from "../sync/transfers/withdrawal-watch.js";

export interface Needs {
  /** Diem accounts. */
  readonly accounts: readonly AccountAddress[];
  /** Storage keys of the parachain. */
  readonly storage: readonly Uint8Array[];
  /** Places in custody's stream of sent payments. */
  readonly sentEvents: readonly bigint[];
}

export const NO_NEEDS: Needs = { accounts: [], storage: [], sentEvents: [] };

const distinctBytes = (values: readonly Uint8Array[]): readonly Uint8Array[] => [
  ...new Map(values.map((value) => [toHex(value), value])).values(),
];

/** Lists all of them, each once. */
export const mergeNeeds = (...all: readonly Needs[]): Needs => ({
  accounts: distinctBytes(all.flatMap(({ accounts }) => accounts)),
  storage: distinctBytes(all.flatMap(({ storage }) => storage)),
  sentEvents: [...new Set(all.flatMap(({ sentEvents }) => sentEvents))].sort((a, b) => (a < b ? -1 : 1)),
});

export const hasNeeds = ({ accounts, storage, sentEvents }: Needs): boolean =>
  accounts.length + storage.length + sentEvents.length > 0;

/** Lists the numbers from `from` to before `to`. */
export const numbersBetween = (from: bigint, to: bigint): readonly bigint[] =>
  Array.from({ length: Number(to > from ? to - from : 0n) }, (_, i) => from + BigInt(i));

/**
 * Lists what every batch and payment looks up.
 * @param issuer account id
 * @param anchor of the ledger in force; undefined before genesis
 */
export const batchNeeds = (config: BridgeConfig, issuer: Uint8Array, anchor: Uint8Array | undefined): Needs => {
  const { assetsPallet } = config.parachain;
  return {
    accounts: [config.diem.custody, DIEM_ROOT],
    storage: [
      timestampNow,
      lastRuntimeUpgrade,
      systemAccount(issuer),
      ...config.currencies.map(({ assetId }) => asset(assetsPallet, assetId)),
      ...(anchor === undefined ? [] : [assetApproval(assetsPallet, anchorAsset(config), issuer, anchor)]),
    ],
    sentEvents: [],
  };
};

const assetIdsOf = ({ currencies }: BridgeConfig, codes: readonly string[]): readonly number[] =>
  currencies.flatMap(({ code, assetId }) => (codes.includes(code) ? [assetId] : []));

const holdingNeeds = ({ parachain }: BridgeConfig, ids: readonly number[], account: Uint8Array): Needs => ({
  ...NO_NEEDS,
  storage: ids.map((id) => assetAccount(parachain.assetsPallet, id, account)),
});

/** Lists what tells whether an account can take a mint of any of these currencies. */
export const receiverNeeds = (config: BridgeConfig, codes: readonly string[], account: Uint8Array): Needs =>
  mergeNeeds(
    { ...NO_NEEDS, storage: [systemAccount(account)] },
    holdingNeeds(config, assetIdsOf(config, codes), account),
  );

const payeeNeeds = (payee: AccountAddress): Needs => ({ ...NO_NEEDS, accounts: [payee] });

/** The bridge's lists by index. */
export interface KnownLeaves {
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
}

const beneficiaryOf = (destination: Destination, { accounts, releases }: KnownLeaves): Uint8Array | undefined => {
  if (destination.type === "account") return destination.account;
  if (destination.type === "registered") return accounts[Number(destination.index)];
  if (destination.type !== "release") return undefined;
  const release = releases[Number(destination.index)];
  return release?.origin.type === "withdrawal" ? release.origin.value.refundAccount : undefined;
};

/** Lists what a deposit's rules look up, but for a payout that comes back by its version. */
export const depositNeeds = (config: BridgeConfig, payment: CustodyPayment, known: KnownLeaves): Needs => {
  const currency = config.currencies.find(({ code }) => code === payment.currency);
  if (currency === undefined) return NO_NEEDS;
  const account = beneficiaryOf(readDestination(payment.metadata), known);
  const mayBeRefunded = account === undefined || payment.amount < currency.minimum || payment.amount > currency.maximum;
  return mergeNeeds(
    account === undefined ? NO_NEEDS : receiverNeeds(config, [currency.code], account),
    mayBeRefunded ? payeeNeeds(payment.payer) : NO_NEEDS,
  );
};

/**
 * Lists what settling an aborted release looks up: its refund account, or whether its payee can be
 * paid by now.
 */
export const abortedNeeds = (config: BridgeConfig, { origin, currency, payee }: Release): Needs =>
  origin.type === "withdrawal" ? receiverNeeds(config, [currency], origin.value.refundAccount) : payeeNeeds(payee);

/**
 * Lists what a withdrawal looks up: what it holds, whether its payee can be paid, and its refund
 * account.
 */
export const withdrawalNeeds = (config: BridgeConfig, { account, preimage, currency }: Holding): Needs =>
  mergeNeeds(
    payeeNeeds(preimage.payee),
    holdingNeeds(config, assetIdsOf(config, [currency]), account),
    receiverNeeds(config, [currency], preimage.refundAccount),
  );

/** Lists what shows that accounts are frozen. */
export const thawNeeds = (
  config: BridgeConfig,
  { currency, account }: { currency: string; account: Uint8Array },
): Needs => holdingNeeds(config, assetIdsOf(config, [currency]), account);
