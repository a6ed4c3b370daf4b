import { signPayment } from "@pdiem/bridge/custody/signing";
import { type Payment, payments as paymentsOf } from "@pdiem/bridge/payout/payout";
import { type Signer, signerOf } from "@pdiem/light-client/crypto/ed25519";
import type { SignedPayment } from "../wire/signing.js";
import { checkUnder, prove } from "./proving.js";
import type { Verb } from "./verb.js";

const signed = (signer: Signer, payment: Payment): SignedPayment => {
  const { sequenceNumber, expirationTimestampSecs } = payment.transaction;
  const { transaction, hash } = signPayment(signer, payment);
  return { index: payment.index, sequenceNumber, expirationTimestampSecs, transaction, hash };
};

/** Signs the payments of releases (PROTOCOL 4). The same facts give the same bytes. */
export const payout: Verb<"payout"> = (holder, { ledger, governance, proofs, payments }) => {
  const { config, key } = holder;
  const request = prove(holder, proofs);
  const { kept, facts, lightClients } = request;
  const respond = () => {
    checkUnder(holder, request);
    const bridge = { config, issuer: key.publicKey, ledger, governance };
    const made = paymentsOf(bridge, facts, payments);
    const signAll = (seed: Uint8Array): readonly SignedPayment[] => {
      const signer = signerOf(seed);
      return made.map((payment) => signed(signer, payment));
    };
    return { payments: key.withSeed(signAll), lightClients };
  };
  return { kept, respond };
};
