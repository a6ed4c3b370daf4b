/** What a node says in plain JSON, made again from what recordings prove. */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { type AccountAddress, parseAccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { verifyAccountState } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { type VerifiedEvent, verifyEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import {
  isOfKind,
  readPayment,
  receivedPaymentEvent,
  sentPaymentEvent,
} from "@pdiem/light-client/diem/state/event-data";
import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { readBalance, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { getAccountStateWithProof, getEventsWithProofs } from "@pdiem/relayer/chains/diem/calls";
import type { Json } from "@pdiem/relayer/chains/diem/lossless";
import { type AccountView, type EventView, getAccount, getEvents } from "@pdiem/relayer/chains/diem/views";
import { asText, type ConformanceCase, equality } from "../conformance-case.js";
import type { Anchors } from "./anchors.js";
import { attempt } from "./attempt.js";
import { type Exchange, envelopeVersion, type Recording, resultIn } from "./recording.js";
import { fieldsOf, hexOf, integerOf, textOf } from "./vector.js";

const MAX_PAGE = 1000;

const accountText = (view: AccountView): string =>
  asText([
    view.balances.map(({ amount, currency }) => `${amount} ${currency}`).sort(),
    view.sequence_number,
    view.authentication_key,
    view.sent_events_key,
    view.received_events_key,
    view.delegated_key_rotation_capability,
    view.delegated_withdrawal_capability,
    view.is_frozen,
  ]);

const provenText = (state: AccountState, currencies: readonly string[]): string => {
  const account = readDiemAccount(state);
  if (account === undefined) return "no account";
  const balances = currencies.flatMap((code) => {
    const amount = readBalance(state, code);
    return amount === undefined ? [] : [`${amount} ${code}`];
  });
  return asText([
    balances.sort(),
    account.sequenceNumber,
    toHex(account.authenticationKey),
    toHex(account.sentEvents.key),
    toHex(account.receivedEvents.key),
    account.keyRotationCapability === undefined,
    account.withdrawCapability === undefined,
    readFreezing(state) === true,
  ]);
};

interface ProvenState {
  readonly address: AccountAddress;
  readonly version: bigint;
  readonly state: AccountState | undefined;
}

const provenState = (exchange: Exchange, anchors: Anchors): ProvenState | undefined => {
  const result = resultIn(exchange);
  if (exchange.method !== "get_account_state_with_proof" || result === undefined) return undefined;
  const [account, , ledgerVersion] = exchange.params;
  const address = parseAccountAddress(textOf(account));
  const shown = getAccountStateWithProof(address).read(result);
  const ledger = anchors.ledgerAt(typeof ledgerVersion === "bigint" ? ledgerVersion : envelopeVersion(exchange));
  const { version } = shown;
  return ledger && { address, version, state: verifyAccountState(ledger, address, shown, version) };
};

const isPresent = <T>(value: T | undefined): value is T => value !== undefined;

const accountCase = (part: string, exchange: Exchange, states: readonly ProvenState[]): ConformanceCase | undefined => {
  const result = resultIn(exchange);
  if (exchange.method !== "get_account" || result === undefined) return undefined;
  const view = getAccount(new Uint8Array(16)).read(result);
  if (view?.address === undefined || view.version === undefined) return undefined;
  const address = parseAccountAddress(view.address);
  const proven = states.find((one) => one.version === view.version && equal(one.address, address));
  if (proven === undefined) return undefined;
  const currencies = new Set(["XUS", "XDX", ...view.balances.map(({ currency }) => currency)]);
  const name = `${part} account ${view.address} at version ${view.version}, from its proven state`;
  return equality(name, accountText(view), () => provenText(proven.state ?? [], [...currencies]));
};

const eventName = (key: Uint8Array, sequenceNumber: bigint): string => `${toHex(key)} ${sequenceNumber}`;

const provenPayments = (exchange: Exchange, anchors: Anchors): readonly (readonly [string, VerifiedEvent])[] => {
  const result = resultIn(exchange);
  const ledger = anchors.ledgerAt(envelopeVersion(exchange));
  if (exchange.method !== "get_events_with_proofs" || result === undefined || ledger === undefined) return [];
  const [key, start, limit] = exchange.params;
  const page = getEventsWithProofs(hexOf(key), integerOf(start), Number(integerOf(limit))).read(result);
  return page
    .filter(({ event }) => isOfKind(event, sentPaymentEvent) || isOfKind(event, receivedPaymentEvent))
    .map((shown) => {
      const { sequenceNumber } = shown.event;
      const place = { key: shown.event.key, sequenceNumber };
      return [eventName(place.key, sequenceNumber), verifyEvent(ledger, shown, place)] as const;
    });
};

const paymentText = ({ event, transactionVersion }: VerifiedEvent): string => {
  const { direction, payer, payee, amount, currency, metadata } = readPayment(event);
  const parties = [toHex(payer), toHex(payee)];
  return asText([transactionVersion, `${direction}payment`, ...parties, amount, currency, toHex(metadata)]);
};

const eventText = ({ transaction_version, data }: EventView): string => {
  const { amount } = data;
  const money = amount === undefined ? undefined : fieldsOf(amount as Json);
  const parties = [data.sender, data.receiver];
  return asText([
    transaction_version,
    data.type,
    ...parties,
    money?.json("amount"),
    money?.json("currency"),
    data.metadata,
  ]);
};

const eventCases = (
  part: string,
  exchange: Exchange,
  payments: ReadonlyMap<string, VerifiedEvent>,
): readonly ConformanceCase[] => {
  const result = resultIn(exchange);
  if (exchange.method !== "get_events" || result === undefined) return [];
  const views = getEvents(hexOf(exchange.params[0]), 0n, MAX_PAGE).read(result);
  return views.flatMap((view) => {
    const name = eventName(hexOf(view.key), view.sequence_number);
    const proven = payments.get(name);
    if (proven === undefined) return [];
    return [equality(`${part} event ${name}, from its proof`, eventText(view), () => paymentText(proven))];
  });
};

/**
 * A case for each account and payment that is recorded both ways, at the same version of the
 * ledger.
 */
export const viewCases = (
  part: string,
  recordings: readonly Recording[],
  anchors: Anchors,
): readonly ConformanceCase[] => {
  const exchanges = recordings.flatMap((recording) => recording.exchanges);
  const states = exchanges.map((one) => attempt(() => provenState(one, anchors))).filter(isPresent);
  const payments = new Map(exchanges.flatMap((one) => attempt(() => provenPayments(one, anchors)) ?? []));
  return [
    ...exchanges.map((one) => attempt(() => accountCase(part, one, states))).filter(isPresent),
    ...exchanges.flatMap((one) => attempt(() => eventCases(part, one, payments)) ?? []),
  ];
};
