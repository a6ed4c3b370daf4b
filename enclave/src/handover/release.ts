import { type Transcript, transcriptHash } from "@pdiem/bridge/handover/transcript";
import { prove } from "../verbs/proving.js";
import type { Verb } from "../verbs/verb.js";
import { sealBox } from "./box.js";
import { checkEnd, checkSubject } from "./check-end.js";
import { admitGiving, verifyReceiver } from "./giving.js";

/**
 * Gives the key, or its slot's share of it, to the receiver that the transcript names (PROTOCOL 7).
 * The same request, or a newer one about the same hand-over, may be answered again. It tells the
 * key only to the enclave that was to have it.
 */
export const release: Verb<"handoverRelease"> = (holder, request, self) => {
  const { bridgeId, key, end } = holder;
  const proven = prove(holder, request.proofs);
  const { kept, lightClients } = proven;
  const respond = () => {
    const transcript: Transcript = { bridgeId, ...request.transcript };
    const { receiver, giver, grant } = transcript;
    const hash = transcriptHash(transcript);
    checkSubject({ custodyKey: key.publicKey, share: key.share }, transcript);
    const { governed, nonces, collateral } = request;
    checkEnd(holder, { handoverKey: giver.handoverKey, challenge: receiver.challenge }, governed);
    const giving = { transcript: hash, grant, governed, nonces };
    const judgement = { ...admitGiving(holder, proven, giving, self), collateral };
    verifyReceiver(holder, giving, receiver, receiver.challenge, judgement);
    const channel = { own: end.privateKey, theirs: receiver.handoverKey, transcript: hash };
    return {
      box: key.withSecret((secret) => sealBox(channel, secret)),
      receiptChallenge: self.nonces.make("receipt", receiver.handoverKey),
      lightClients,
    };
  };
  return { kept, respond };
};
