import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { feeOf } from "@pdiem/bridge/config/fee";
import { readDestination } from "@pdiem/bridge/deposit/destination";
import type { History } from "@pdiem/bridge-client/journal/history";
import type { CustodyPayment } from "../../chains/diem/custody-payment.js";

export interface DepositMint {
  /** 32 bytes. */
  readonly account: Uint8Array;
  /** What the deposit fee leaves, in smallest units. */
  readonly amount: bigint;
  readonly asset: number;
}

/**
 * Gives the release that custody paid at a version of Diem's ledger; undefined for none, or one
 * not read yet.
 */
export type ReleaseAt = (version: bigint) => bigint | undefined;

const beneficiaryOf = (
  { accounts, releases }: Pick<History, "accounts" | "releases">,
  metadata: Uint8Array,
  releaseAt: ReleaseAt,
): Uint8Array | undefined => {
  const refundAccount = (index: bigint | undefined): Uint8Array | undefined => {
    const origin = index === undefined ? undefined : releases[Number(index)]?.origin;
    return origin?.type === "withdrawal" ? origin.value.refundAccount : undefined;
  };
  const destination = readDestination(metadata);
  switch (destination.type) {
    case "registered":
      return accounts[Number(destination.index)];
    case "account":
      return destination.account;
    case "release":
      return refundAccount(destination.index);
    case "refunded":
      return refundAccount(releaseAt(destination.version));
    case "none":
      return undefined;
  }
};

/**
 * Derives what a deposit that ended as minted gave to whom; undefined where the payment names
 * nobody that is known.
 */
export const mintOf = (
  { currencies }: Pick<BridgeConfig, "currencies">,
  history: Pick<History, "accounts" | "releases">,
  { currency: code, amount, metadata }: Pick<CustodyPayment, "currency" | "amount" | "metadata">,
  releaseAt: ReleaseAt,
): DepositMint | undefined => {
  const currency = currencies.find((one) => one.code === code);
  const account = beneficiaryOf(history, metadata, releaseAt);
  if (currency === undefined || account === undefined) return undefined;
  return { account, amount: amount - feeOf(currency.fees.deposit, amount), asset: currency.assetId };
};
