/** Payments between accounts. Source: language/diem-framework/modules/PaymentScripts.move. */

import { type PeerToPeer, paymentArguments } from "@pdiem/light-client/diem/transactions/payment-payload";
import { PEER_TO_PEER } from "@pdiem/light-client/diem/transactions/peer-to-peer-script";
import { currencyCodeOf, currencyType } from "@pdiem/light-client/diem/transactions/type-tag";
import { type FrameworkCall, readFrameworkCall, scriptFunctionPayload } from "./framework-call.js";
import type { TransactionPayload } from "./transaction-payload.js";

export type { PeerToPeer } from "@pdiem/light-client/diem/transactions/payment-payload";

export const peerToPeerCall = (payment: PeerToPeer): FrameworkCall => ({
  function: PEER_TO_PEER,
  tyArgs: [currencyType(payment.currency)],
  args: paymentArguments(payment),
});

/**
 * Makes a payment by script function; `payloadFor` with `peerToPeerCall` chooses by the chain's
 * version.
 */
export const peerToPeer = (payment: PeerToPeer): TransactionPayload => scriptFunctionPayload(peerToPeerCall(payment));

/** Makes a payment that both parties sign, of release 1.3 on: the payee is the secondary signer. */
export const peerToPeerBySignersCall = (currency: string, amount: bigint, metadata: Uint8Array): FrameworkCall => ({
  function: "peer_to_peer_by_signers",
  tyArgs: [currencyType(currency)],
  args: [
    { type: "u64", value: amount },
    { type: "u8Vector", value: metadata },
  ],
});

/** Reads the payment asked for by a payload, in either form; undefined when it is anything else. */
export const readPeerToPeer = (payload: TransactionPayload): PeerToPeer | undefined => {
  const call = readFrameworkCall(payload);
  const [tag] = call?.tyArgs ?? [];
  const currency = tag === undefined ? undefined : currencyCodeOf(tag);
  const [payee, amount, metadata, metadataSignature] = call?.args ?? [];
  if (
    currency === undefined ||
    payee?.type !== "address" ||
    amount?.type !== "u64" ||
    metadata?.type !== "u8Vector" ||
    metadataSignature?.type !== "u8Vector"
  )
    return undefined;
  return {
    currency,
    payee: payee.value,
    amount: amount.value,
    metadata: metadata.value,
    metadataSignature: metadataSignature.value,
  };
};
