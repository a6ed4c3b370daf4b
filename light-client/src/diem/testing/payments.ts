import { signRawTransaction, type Transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { utf8 } from "../../bytes.js";
import { publicKeyOf } from "../../crypto/ed25519.js";
import { type AccountAddress, parseAccountAddress } from "../address/account-address.js";
import type { AccountState } from "../state/account-state.js";
import { type ContractEvent, type EventKey, eventKeyOf } from "../state/event.js";
import { coreStruct, structType } from "../transactions/type-tag.js";
import { buildLedger, hashOfText, type LedgerEntry, type TestLedger } from "./ledger.js";

export const PAYER: AccountAddress = parseAccountAddress("000000000000000000000000000000aa");
export const PAYEE: AccountAddress = parseAccountAddress("000000000000000000000000000000bb");
export const STRANGER: AccountAddress = parseAccountAddress("000000000000000000000000000000cc");
export const RECEIVED: EventKey = eventKeyOf(0n, PAYEE);
export const SENT: EventKey = eventKeyOf(1n, PAYER);

const seed = hashOfText("payer's key");

/** A transaction of the payer's; its content doesn't matter to proofs. */
const userTransaction = (sequenceNumber: number): Transaction => ({
  type: "user",
  value: signRawTransaction(
    {
      sender: PAYER,
      sequenceNumber: BigInt(sequenceNumber),
      payload: { type: "module", value: { code: publicKeyOf(seed) } },
      maxGasAmount: 1_000_000n,
      gasUnitPrice: 0n,
      gasCurrencyCode: "XUS",
      expirationTimestampSecs: 2_000_000_000n,
      chainId: 4,
    },
    seed,
  ),
});

const blockMetadata = (round: number): Transaction => ({
  type: "blockMetadata",
  value: {
    id: hashOfText(`block ${round}`),
    round: BigInt(round),
    timestampUsecs: BigInt(round),
    previousBlockVotes: [],
    proposer: STRANGER,
  },
});

const paymentEvent = (key: EventKey, sequenceNumber: number): ContractEvent => ({
  key,
  sequenceNumber: BigInt(sequenceNumber),
  typeTag: structType(coreStruct("DiemAccount", "ReceivedPaymentEvent")),
  eventData: utf8(`payment ${sequenceNumber}`),
});

/**
 * Gives the version of the payment with a sequence number: each block has its metadata first, then
 * one payment.
 */
export const versionOf = (payment: number): number => 2 * payment + 1;

const stateAfter = (payments: number): AccountState => [[utf8("count"), Uint8Array.of(payments)]];

const blockOf = (payment: number): readonly LedgerEntry[] => [
  {
    transaction: blockMetadata(payment),
    accounts: [
      [PAYER, stateAfter(payment)],
      [PAYEE, stateAfter(payment)],
    ],
  },
  {
    transaction: userTransaction(payment),
    events: [
      paymentEvent(SENT, payment),
      paymentEvent(RECEIVED, payment),
      paymentEvent(eventKeyOf(9n, STRANGER), payment),
    ],
    accounts: [
      [PAYER, stateAfter(payment + 1)],
      [PAYEE, stateAfter(payment + 1)],
    ],
  },
];

/** Makes a ledger of payments from payer to payee, numbered from 0. */
export const paymentLedger = (payments: number): TestLedger =>
  buildLedger(Array.from({ length: payments }, (_, i) => blockOf(i)).flat());
