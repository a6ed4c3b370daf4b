import { paymentToSign, type ToSign } from "@pdiem/bridge/custody/signing";
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { checkMeasurementInForce } from "@pdiem/bridge/governance/operating";
import { type Payment, payments as paymentsOf } from "@pdiem/bridge/payout/payout";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import type { SignedPayment } from "../wire/signing.js";
import { checkUnder, prove } from "./proving.js";
import { signAll } from "./sign-all.js";
import type { Verb } from "./verb.js";

const toSign = (issuer: Uint8Array, payment: Payment): ToSign<Omit<SignedPayment, "share">> => {
  const { sequenceNumber, expirationTimestampSecs } = payment.transaction;
  const { message, complete } = paymentToSign(issuer, payment);
  return {
    message,
    complete: (signature) => ({
      index: payment.index,
      sequenceNumber,
      expirationTimestampSecs,
      ...complete(signature),
    }),
  };
};

/** Signs the payments of releases (PROTOCOL 4). The same facts give the same messages. */
export const payout: Verb<"payout"> = (holder, { ledger, governance, proofs, payments, sessions }) => {
  const { config, key, measurement } = holder;
  const request = prove(holder, proofs);
  const { kept, facts, lightClients } = request;
  const respond = () => {
    checkUnder(holder, request);
    const bridge = { config, issuer: key.publicKey, ledger, governance };
    const made = paymentsOf(bridge, facts, payments);
    checkMeasurementInForce(config, governanceInForce(config, ledger, governance), measurement, NO_ITEMS);
    const messages = made.map((payment) => toSign(key.publicKey, payment));
    return { payments: signAll(key, messages, sessions), lightClients };
  };
  return { kept, respond };
};
