import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { VerifiedEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";

/** A proven payment to custody. */
export interface CustodyPayment {
  /** In custody's received-payment events. */
  readonly number: bigint;
  /** Version of the transaction. */
  readonly version: bigint;
  readonly payer: AccountAddress;
  /** Diem's code. */
  readonly currency: string;
  /** In smallest units. */
  readonly amount: bigint;
  readonly metadata: Uint8Array;
}

/**
 * Reads what an event of a custody stream says.
 * @throws DecodeError of `readPayment`
 */
export const custodyPayment = ({ event, transactionVersion }: VerifiedEvent): CustodyPayment => {
  const { payer, currency, amount, metadata } = readPayment(event);
  return { number: event.sequenceNumber, version: transactionVersion, payer, currency, amount, metadata };
};
