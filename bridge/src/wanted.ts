/** What has to be proven for a batch: at least every look-up that settling makes, so a relayer can gather it in one go. */
import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/account-address";
import type { EventKey } from "@pdiem/light-client/diem/event";
import type { Payment } from "@pdiem/light-client/diem/event-data";
import type { EventPlace } from "@pdiem/light-client/diem/event-proof";
import {
  asset,
  assetAccount,
  assetApproval,
  lastRuntimeUpgrade,
  systemAccount,
  timestampNow,
} from "@pdiem/light-client/polkadot/storage-key";
import { anchorOf } from "./anchor.js";
import { type BridgeConfig, bridgeId } from "./config.js";
import { readDestination } from "./destination.js";
import type { DepositItem, Items } from "./items.js";
import { DIEM_ROOT } from "./payable.js";
import { anchorAsset, type Bridge } from "./settlement.js";

export interface Wanted {
  /** Diem accounts, each with its state at the ledger info's version. */
  readonly accounts: readonly AccountAddress[];
  readonly events: readonly EventPlace[];
  /** Storage keys of the parachain. */
  readonly storage: readonly Uint8Array[];
}

/** Custody's streams, as its account's handles name them. */
export interface CustodyStreams {
  readonly received: EventKey;
  readonly sent: EventKey;
}

const distinct = (values: readonly Uint8Array[]): readonly Uint8Array[] => [
  ...new Map(values.map((value) => [toHex(value), value])).values(),
];

const common = ({ currencies }: BridgeConfig, issuer: Uint8Array): readonly Uint8Array[] => [
  timestampNow,
  lastRuntimeUpgrade,
  systemAccount(issuer),
  ...currencies.map(({ assetId }) => asset(assetId)),
];

/** For the genesis batch. @param issuer account id, 32 bytes */
export const wantedForGenesis = (config: BridgeConfig, issuer: Uint8Array): Wanted => ({
  accounts: [config.diem.custody, DIEM_ROOT],
  events: [],
  storage: common(config, issuer),
});

const receiver = ({ currencies }: BridgeConfig, code: string, who: Uint8Array): readonly Uint8Array[] => [
  systemAccount(who),
  ...currencies.filter((currency) => currency.code === code).map(({ assetId }) => assetAccount(assetId, who)),
];

const beneficiaryIn = (item: DepositItem, { metadata }: Payment): Uint8Array | undefined => {
  const destination = readDestination(metadata);
  if (destination.type === "account") return destination.account;
  if (destination.type === "registered") return item.account?.leaf;
  const origin = item.release?.leaf.origin;
  return origin?.type === "withdrawal" ? origin.value.refundAccount : undefined;
};

const neighbours = ({ sent }: CustodyStreams, { paymentsBefore }: DepositItem): readonly EventPlace[] =>
  paymentsBefore === undefined
    ? []
    : [paymentsBefore - 1n, paymentsBefore]
        .filter((sequenceNumber) => sequenceNumber >= 0n)
        .map((sequenceNumber) => ({ key: sent, sequenceNumber }));

/**
 * For a batch that settles the items. An event place at custody's sent count is among them where a refund names a version
 * after its last payment: there is no event there to show, and none is needed.
 * @param payments the payment of each deposit, in the order of the items, as any node tells it
 */
export const wantedForSettlement = (
  { config, issuer, ledger }: Bridge,
  streams: CustodyStreams,
  items: Items,
  payments: readonly Payment[],
): Wanted => {
  const beneficiaries = items.deposits.flatMap((item, index) => {
    const payment = payments[index];
    const who = payment === undefined ? undefined : beneficiaryIn(item, payment);
    return payment === undefined || who === undefined ? [] : receiver(config, payment.currency, who);
  });
  const claims = items.feeClaims.flatMap((code) => receiver(config, code, config.feeAccount));
  const registrations = items.registrations.flatMap((who) =>
    config.currencies.flatMap(({ code }) => receiver(config, code, who)),
  );
  const folded = Array.from({ length: items.sentEvents }, (_, offset) => ledger.paid.sent + BigInt(offset));
  return {
    accounts: distinct([config.diem.custody, DIEM_ROOT, ...payments.map(({ payer }) => payer)]),
    events: [
      ...items.deposits.map(({ number }) => ({ key: streams.received, sequenceNumber: number })),
      ...items.deposits.flatMap((item) => neighbours(streams, item)),
      ...folded.map((sequenceNumber) => ({ key: streams.sent, sequenceNumber })),
    ],
    storage: distinct([
      ...common(config, issuer),
      assetApproval(anchorAsset(config), issuer, anchorOf(bridgeId(config), ledger)),
      ...beneficiaries,
      ...claims,
      ...registrations,
    ]),
  };
};
