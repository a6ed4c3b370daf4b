/**
 * What the rules will most likely look up, so that it is fetched in one go. A guess: what it leaves out is fetched once
 * the rules have missed it.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { type Destination, readDestination } from "@pdiem/bridge/deposit/destination";
import { DIEM_ROOT } from "@pdiem/bridge/withdrawal/payable";
import type { Release } from "@pdiem/bridge/ledger/release";
import { anchorAsset } from "@pdiem/bridge/settlement/settle";
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
import { mergeNeeds, type Needs, NO_NEEDS } from "./needs.js";

/** A registered account by its index; undefined for an index that isn't registered. */
export type RegisteredAccount = (index: bigint) => Uint8Array | undefined;

/** Looked up for every batch. @param issuer account id; @param anchor of the ledger in force */
export const batchNeeds = (config: BridgeConfig, issuer: Uint8Array, anchor: Uint8Array | undefined): Needs => ({
  accounts: [config.diem.custody, DIEM_ROOT],
  storage: [
    timestampNow,
    lastRuntimeUpgrade,
    systemAccount(issuer),
    ...config.currencies.map(({ assetId }) => asset(assetId)),
    ...(anchor === undefined ? [] : [assetApproval(anchorAsset(config), issuer, anchor)]),
  ],
  sentEvents: [],
});

/** Whether an account can take a mint of any of the assets. */
export const receiverNeeds = (assetIds: readonly number[], account: Uint8Array): Needs => ({
  ...NO_NEEDS,
  storage: [systemAccount(account), ...assetIds.map((id) => assetAccount(id, account))],
});

const senderNeeds = (payer: AccountAddress): Needs => ({ ...NO_NEEDS, accounts: [payer] });

const accountOf = (destination: Destination, registered: RegisteredAccount): Uint8Array | undefined => {
  if (destination.type === "account") return destination.account;
  return destination.type === "registered" ? registered(destination.index) : undefined;
};

export const paymentNeeds = (config: BridgeConfig, payment: CustodyPayment, registered: RegisteredAccount): Needs => {
  const currency = config.currencies.find(({ code }) => code === payment.currency);
  if (currency === undefined) return NO_NEEDS;
  const account = accountOf(readDestination(payment.metadata), registered);
  const isRefund = account === undefined || payment.amount < currency.minimum || payment.amount > currency.maximum;
  return mergeNeeds(
    account === undefined ? NO_NEEDS : receiverNeeds([currency.assetId], account),
    isRefund ? senderNeeds(payment.payer) : NO_NEEDS,
  );
};

/** Whether the fee account can take fees of these currencies. */
export const claimNeeds = ({ currencies, feeAccount }: BridgeConfig, codes: readonly string[]): Needs => {
  const claimed = currencies.filter(({ code }) => codes.includes(code));
  if (claimed.length === 0) return NO_NEEDS;
  return receiverNeeds(
    claimed.map(({ assetId }) => assetId),
    feeAccount,
  );
};

/** What is on a withdrawal account, whether its payee can be paid, and if not, its refund account. */
export const withdrawalNeeds = (config: BridgeConfig, { account, preimage, currency }: Holding): Needs => {
  const { payee, refundAccount } = preimage;
  const assetIds = config.currencies.flatMap(({ code, assetId }) => (code === currency ? [assetId] : []));
  return mergeNeeds(
    { ...NO_NEEDS, accounts: [payee], storage: assetIds.map((id) => assetAccount(id, account)) },
    refundAccount === undefined ? NO_NEEDS : receiverNeeds(assetIds, refundAccount),
  );
};

/** Custody's sent events from the ledger's on, and the payee. @param paid how many custody has sent, as proven before */
export const payoutNeeds = ({ payee }: Release, sent: bigint, paid: bigint): Needs => ({
  ...NO_NEEDS,
  accounts: [payee],
  sentEvents: placesBetween(sent, paid),
});

/** `from` to before `to`. */
export const placesBetween = (from: bigint, to: bigint): readonly bigint[] =>
  Array.from({ length: Number(to > from ? to - from : 0n) }, (_, i) => from + BigInt(i));
