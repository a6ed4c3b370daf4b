/**
 * What a transaction carries that pays. Source:
 * language/diem-framework/modules/PaymentScripts.move.
 */
import type { AccountAddress } from "../address/account-address.js";
import type { CallPayload } from "./call-transaction.js";
import { PEER_TO_PEER, PEER_TO_PEER_SCRIPT } from "./peer-to-peer-script.js";
import { encodeArgument, type TransactionArgument } from "./script.js";
import { coreFunction } from "./script-function.js";
import { currencyType } from "./type-tag.js";

/** What the payer asks for; whether it happened only the transaction's status and events tell. */
export interface PeerToPeer {
  /** Such as `XUS`. */
  readonly currency: string;
  readonly payee: AccountAddress;
  /** In smallest units, above 0. */
  readonly amount: bigint;
  readonly metadata: Uint8Array;
  /** 64 bytes where dual attestation is required, else empty. */
  readonly metadataSignature: Uint8Array;
}

export const paymentArguments = (payment: PeerToPeer): readonly TransactionArgument[] => [
  { type: "address", value: payment.payee },
  { type: "u64", value: payment.amount },
  { type: "u8Vector", value: payment.metadata },
  { type: "u8Vector", value: payment.metadataSignature },
];

/**
 * Writes a payment in the form that a chain takes: a script function from version 2 on, before a
 * script.
 * @param diemVersion the chain's, as `readDiemVersion` gives it
 */
export const paymentPayload = (diemVersion: bigint, payment: PeerToPeer): CallPayload => {
  const tyArgs = [currencyType(payment.currency)];
  const args = paymentArguments(payment);
  return diemVersion >= 2n
    ? { type: "scriptFunction", value: coreFunction("PaymentScripts", PEER_TO_PEER, tyArgs, args.map(encodeArgument)) }
    : { type: "script", value: { code: PEER_TO_PEER_SCRIPT, tyArgs, args } };
};
