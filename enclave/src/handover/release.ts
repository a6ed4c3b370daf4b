import { receiverReportData } from "@pdiem/bridge/custody/report-data";
import { RefusedError } from "@pdiem/bridge/error";
import { admitKeyExport } from "@pdiem/bridge/handover/admission";
import { checkOwnNonce } from "@pdiem/bridge/handover/checkpoint-nonces";
import { type Transcript, transcriptHash } from "@pdiem/bridge/handover/transcript";
import { equal } from "@pdiem/light-client/bytes";
import { keptCheckpointOf, prove } from "../verbs/proving.js";
import type { Verb } from "../verbs/verb.js";
import { sealBox } from "./box.js";
import { checkEnd } from "./check-end.js";
import { verifyOtherSide } from "./other-side.js";

/**
 * Gives the key to the receiver that the transcript names (PROTOCOL 7). The same request, or a
 * newer one about the same hand-over, may be answered again. It tells the key only to the enclave
 * that was to have it.
 */
export const release: Verb<"handoverRelease"> = (holder, request, self) => {
  const { governed, proofs, nonces, collateral } = request;
  const { config, bridgeId, key, end } = holder;
  const { kept, facts, proven, lightClients } = prove(holder, proofs);
  const respond = () => {
    const transcript: Transcript = { bridgeId, ...request.transcript };
    const { receiver, giver } = transcript;
    const hash = transcriptHash(transcript);
    if (key.share !== undefined)
      throw new RefusedError("refused/holders", "expected a key that is held whole: shares aren't handed over yet");
    if (!equal(transcript.custodyKey, key.publicKey))
      throw new RefusedError("refused/handover-custody-key", "expected a hand-over of the key that this enclave holds");
    checkEnd(holder, giver, receiver, governed);
    const checkpoint = keptCheckpointOf(holder);
    const isOwnNonce = (nonce: Uint8Array): boolean => self.nonces.isOwn("checkpoint", hash, nonce);
    // Before genesis no decision vouches for the receiver: guardians do by the checkpoint alone.
    checkOwnNonce(checkpoint, nonces, isOwnNonce);
    const point = { config, issuer: key.publicKey, governed, proven, checkpoint };
    const measurements = admitKeyExport(point, { transcript: hash, nonces, isOwnNonce });
    const reportData = receiverReportData({ ...transcript, ...receiver });
    verifyOtherSide(receiver, { config, measurements, collateral, reportData, facts, roots: self.roots });
    const channel = { own: end.privateKey, theirs: receiver.handoverKey, transcript: hash };
    return {
      box: key.withSecret((seed) => sealBox(channel, seed)),
      receiptChallenge: self.nonces.make("receipt", receiver.handoverKey),
      lightClients,
    };
  };
  return { kept, respond };
};
