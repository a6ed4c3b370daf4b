/** Payments between accounts. Source: language/diem-framework/modules/PaymentScripts.move. */
import type { AccountAddress } from "../address/account-address.js";
import { type FrameworkCall, readFrameworkCall, scriptFunctionPayload } from "./framework-call.js";
import type { TransactionPayload } from "./transaction-payload.js";
import { currencyCodeOf, currencyType } from "./type-tag.js";

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

export const peerToPeerCall = ({
  currency,
  payee,
  amount,
  metadata,
  metadataSignature,
}: PeerToPeer): FrameworkCall => ({
  function: "peer_to_peer_with_metadata",
  tyArgs: [currencyType(currency)],
  args: [
    { type: "address", value: payee },
    { type: "u64", value: amount },
    { type: "u8Vector", value: metadata },
    { type: "u8Vector", value: metadataSignature },
  ],
});

/** As a script function; `payloadFor` with `peerToPeerCall` chooses by the chain's version. */
export const peerToPeer = (payment: PeerToPeer): TransactionPayload => scriptFunctionPayload(peerToPeerCall(payment));

/** A payment that both parties sign, of release 1.3 on: the payee is the secondary signer. */
export const peerToPeerBySignersCall = (currency: string, amount: bigint, metadata: Uint8Array): FrameworkCall => ({
  function: "peer_to_peer_by_signers",
  tyArgs: [currencyType(currency)],
  args: [
    { type: "u64", value: amount },
    { type: "u8Vector", value: metadata },
  ],
});

/** The payment asked for by a payload, in either form; undefined when it is anything else. */
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
