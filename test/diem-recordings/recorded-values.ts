/**
 * What can be read out of recorded answers: transactions, blocks, ledger infos and payments, by
 * version.
 */

import { transactionWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { type Transaction, transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { fromHex } from "@pdiem/light-client/bytes";
import { type Codec, decode } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { type EventWithProof, eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import type { Recording } from "./recording.js";

export interface RecordedLedger {
  readonly transactions: ReadonlyMap<number, Transaction>;
  readonly ledgerInfos: ReadonlyMap<number, LedgerInfoWithSignatures>;
  /** Microseconds, of the blocks that end at these versions. */
  readonly times: ReadonlyMap<number, bigint>;
  /** Payments whose transactions aren't recorded. */
  readonly payments: ReadonlyMap<number, ReturnType<typeof readPayment>>;
}

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const read = <T>(codec: Codec<T>, hex: unknown): T => decode(codec, fromHex(String(hex)));

const startOf = (request: unknown): number =>
  isMembers(request) && Array.isArray(request.params) ? Number(request.params[0]) : Number.NaN;

/** Every object within a value, itself included. */
const objectsIn = function* (value: unknown): Generator<Members> {
  if (Array.isArray(value)) for (const item of value) yield* objectsIn(item);
  if (!isMembers(value)) return;
  yield value;
  for (const member of Object.values(value)) yield* objectsIn(member);
};

export const readLedger = (recordings: readonly Recording[]): RecordedLedger => {
  const transactions = new Map<number, Transaction>();
  const ledgerInfos = new Map<number, LedgerInfoWithSignatures>();
  const times = new Map<number, bigint>();
  const events: EventWithProof[] = [];
  const addLedgerInfo = (info: LedgerInfoWithSignatures): void => {
    ledgerInfos.set(Number(info.ledgerInfo.commitInfo.version), info);
  };
  const addObject = (value: Members, request: unknown): void => {
    if ("ledger_info_with_signatures" in value)
      addLedgerInfo(read(ledgerInfoWithSignatures, value.ledger_info_with_signatures));
    if ("diem_ledger_version" in value)
      times.set(Number(value.diem_ledger_version), BigInt(String(value.diem_ledger_timestampusec)));
    if ("epoch_change_proof" in value)
      read(epochChangeProof, value.epoch_change_proof).ledgerInfos.forEach(addLedgerInfo);
    if ("event_with_proof" in value) events.push(read(eventWithProof, value.event_with_proof));
    if ("vm_status" in value) transactions.set(Number(value.version), read(transaction, value.bytes));
    for (const [i, bytes] of asList(value.serialized_transactions ?? []).entries())
      transactions.set(startOf(request) + i, read(transaction, bytes));
    for (const bytes of asList(value.serialized_txns_with_proofs ?? [])) {
      const proved = read(transactionWithProof, bytes);
      transactions.set(Number(proved.version), proved.transaction);
    }
  };
  for (const { request, response, status } of recordings) {
    if (status !== 200) continue;
    const requests = asList(request);
    for (const [i, answer] of asList(parse(response)).entries())
      for (const value of objectsIn(answer)) addObject(value, requests[i]);
  }
  const payments = new Map<number, ReturnType<typeof readPayment>>();
  for (const { transactionVersion, event } of events)
    if (!transactions.has(Number(transactionVersion))) payments.set(Number(transactionVersion), readPayment(event));
  return { transactions, ledgerInfos, times, payments };
};
