/** Source: diem/diem json-rpc/types/src/views.rs (`EventView`). */
import { toHex } from "@pdiem/light-client/bytes";
import { type ContractEvent, eventKeyCreator } from "@pdiem/light-client/diem/state/event";
import {
  adminTransactionEvent,
  type Burn,
  baseUrlRotationEvent,
  burnEvent,
  cancelBurnEvent,
  complianceKeyRotationEvent,
  createAccountEvent,
  type EventKind,
  exchangeRateUpdateEvent,
  isOfKind,
  mintEvent,
  newBlockEvent,
  newEpochEvent,
  preburnEvent,
  readEvent,
  receivedMintEvent,
  receivedPaymentEvent,
  sentPaymentEvent,
  vaspDomainEvent,
} from "@pdiem/light-client/diem/state/event-data";
import { Float32, type Json, type JsonMembers } from "../json-writer.js";

type View = (event: ContractEvent) => JsonMembers | undefined;

const viewOf =
  <T>(kind: EventKind<T>, show: (data: T, owner: string) => JsonMembers): View =>
  (event) =>
    isOfKind(event, kind) ? show(readEvent(event, kind), toHex(eventKeyCreator(event.key))) : undefined;

const amountOf = (data: { readonly amount: bigint; readonly currencyCode: string }): Json => ({
  amount: data.amount,
  currency: data.currencyCode,
});

const burned = (kind: EventKind<Burn>, type: string): View =>
  viewOf(kind, (data) => ({ type, amount: amountOf(data), preburn_address: toHex(data.preburnAddress) }));

const VIEWS: readonly View[] = [
  viewOf(receivedPaymentEvent, (data, owner) => ({
    type: "receivedpayment",
    amount: amountOf(data),
    sender: toHex(data.payer),
    receiver: owner,
    metadata: toHex(data.metadata),
  })),
  viewOf(sentPaymentEvent, (data, owner) => ({
    type: "sentpayment",
    amount: amountOf(data),
    receiver: toHex(data.payee),
    sender: owner,
    metadata: toHex(data.metadata),
  })),
  viewOf(newBlockEvent, (data) => ({
    type: "newblock",
    round: data.round,
    proposer: toHex(data.proposer),
    proposed_time: data.timeMicroseconds,
  })),
  viewOf(newEpochEvent, (data) => ({ type: "newepoch", epoch: data.epoch })),
  viewOf(mintEvent, (data) => ({ type: "mint", amount: amountOf(data) })),
  viewOf(receivedMintEvent, (data) => ({
    type: "receivedmint",
    amount: amountOf(data),
    destination_address: toHex(data.destinationAddress),
  })),
  viewOf(createAccountEvent, (data) => ({
    type: "createaccount",
    created_address: toHex(data.created),
    role_id: data.roleId,
  })),
  viewOf(complianceKeyRotationEvent, (data) => ({
    type: "compliancekeyrotation",
    new_compliance_public_key: toHex(data.newCompliancePublicKey),
    time_rotated_seconds: data.timeRotatedSeconds,
  })),
  viewOf(baseUrlRotationEvent, (data) => ({
    type: "baseurlrotation",
    new_base_url: toHex(data.newBaseUrl),
    time_rotated_seconds: data.timeRotatedSeconds,
  })),
  viewOf(exchangeRateUpdateEvent, (data) => ({
    type: "to_xdx_exchange_rate_update",
    currency_code: data.currencyCode,
    new_to_xdx_exchange_rate: new Float32(Number(data.newToXdxExchangeRate) / 2 ** 32),
  })),
  viewOf(adminTransactionEvent, (data) => ({
    type: "admintransaction",
    committed_timestamp_secs: data.committedTimestampSecs,
  })),
  viewOf(vaspDomainEvent, (data) => ({
    type: "vaspdomain",
    removed: data.removed,
    domain: new TextDecoder().decode(data.domain),
    address: toHex(data.address),
  })),
  burned(burnEvent, "burn"),
  burned(preburnEvent, "preburn"),
  burned(cancelBurnEvent, "cancelburn"),
];

const dataView = (event: ContractEvent): JsonMembers => {
  for (const view of VIEWS) {
    const shown = view(event);
    if (shown !== undefined) return shown;
  }
  return { type: "unknown", bytes: toHex(event.eventData) };
};

export const eventView = (event: ContractEvent, transactionVersion: number): Json => ({
  key: toHex(event.key),
  sequence_number: event.sequenceNumber,
  transaction_version: transactionVersion,
  data: dataView(event),
});
