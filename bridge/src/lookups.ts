/**
 * What the rules look up for a withdrawal, a payout, decisions or a proof of reserves, so that it can be proven in one go. What they
 * look up beside, if a chain's state sends them elsewhere, they name themselves by `proof/not-shown`.
 */
import type { AccountAddress } from "@pdiem/light-client/diem/account-address";
import {
  asset,
  assetAccount,
  assetApproval,
  lastRuntimeUpgrade,
  systemAccount,
  timestampNow,
} from "@pdiem/light-client/polkadot/storage-key";
import { withdrawalAccount } from "./addresses.js";
import { anchorOf } from "./anchor.js";
import { type BridgeConfig, bridgeId } from "./config.js";
import type { WithdrawalItem } from "./items.js";
import { DIEM_ROOT } from "./payable.js";
import type { Release } from "./release.js";
import { anchorAsset, type Bridge } from "./settlement.js";

export interface Lookups {
  /** Diem accounts. */
  readonly accounts: readonly AccountAddress[];
  /** Storage keys of the parachain. */
  readonly storage: readonly Uint8Array[];
  /** Places in custody's stream of sent payments. */
  readonly sentEvents: readonly bigint[];
}

type Named = Pick<Bridge, "config" | "issuer" | "ledger">;

/** Beside what every batch needs: payee, balance, and whether the refund account can receive. */
export const withdrawalLookups = (
  { config }: Pick<Bridge, "config">,
  { preimage, currency }: WithdrawalItem,
): Lookups => {
  const id = config.currencies.find(({ code }) => code === currency)?.assetId;
  if (id === undefined) return { accounts: [], storage: [], sentEvents: [] };
  const { payee, refundAccount } = preimage;
  const account = withdrawalAccount(bridgeId(config), preimage);
  const refund = refundAccount === undefined ? [] : [assetAccount(id, refundAccount), systemAccount(refundAccount)];
  return {
    accounts: [payee, DIEM_ROOT],
    storage: [asset(id), assetAccount(id, account), ...refund],
    sentEvents: [],
  };
};

/** Custody's payments since the ledger. @param sent custody's proven count */
const paymentsSince = ({ ledger }: Pick<Bridge, "ledger">, sent: bigint): readonly bigint[] => {
  const { sent: folded } = ledger.paid;
  return Array.from({ length: sent > folded ? Number(sent - folded) : 0 }, (_, i) => folded + BigInt(i));
};

const assetsOf = ({ currencies }: BridgeConfig): readonly Uint8Array[] =>
  currencies.map(({ assetId }) => asset(assetId));

const anchorSlot = ({ config, issuer, ledger }: Named): Uint8Array =>
  assetApproval(anchorAsset(config), issuer, anchorOf(bridgeId(config), ledger));

/** All that `payout` needs. @param sent custody's count of sent payments at the ledger info that will be shown */
export const payoutLookups = (bridge: Named, { payee }: Release, sent: bigint): Lookups => {
  const { config } = bridge;
  return {
    accounts: [config.diem.custody, DIEM_ROOT, payee],
    storage: [timestampNow, lastRuntimeUpgrade, ...assetsOf(config), anchorSlot(bridge)],
    sentEvents: paymentsSince(bridge, sent),
  };
};

/** All that `settleDecisions` needs: nothing of Diem. */
export const decisionLookups = (bridge: Named): Lookups => ({
  accounts: [],
  storage: [
    timestampNow,
    lastRuntimeUpgrade,
    systemAccount(bridge.issuer),
    ...assetsOf(bridge.config),
    anchorSlot(bridge),
  ],
  sentEvents: [],
});

/** All that `reservesOf` needs. @param sent as in `payoutLookups` */
export const reservesLookups = (bridge: Named, sent: bigint): Lookups => {
  const { config } = bridge;
  return {
    accounts: [config.diem.custody],
    storage: [timestampNow, ...assetsOf(config), anchorSlot(bridge)],
    sentEvents: paymentsSince(bridge, sent),
  };
};
