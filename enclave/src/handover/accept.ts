import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { RefusedError } from "@pdiem/bridge/error";
import { admitKeyImport } from "@pdiem/bridge/handover/admission";
import { type Transcript, transcriptHash } from "@pdiem/bridge/handover/transcript";
import { equal } from "@pdiem/light-client/bytes";
import type { RequestOf } from "../routes.js";
import type { CustodyKey } from "../signer/custody-key.js";
import { heldKeyOf, isShareOf } from "../signer/share-key.js";
import type { Process, Receiver, StateChange } from "../state/enclave-state.js";
import { keptCheckpointOf, prove } from "../verbs/proving.js";
import { openBox } from "./box.js";
import { checkEnd, checkSubject } from "./check-end.js";
import { verifyOtherSide } from "./other-side.js";

/**
 * Makes the key of what was given, once it fits what the receiver waits for. It owns the secret.
 * @throws RefusedError `refused/handover-other-key`
 */
export const givenKey = ({ config, custodyKey, share }: Receiver, secret: Uint8Array): CustodyKey => {
  const key = heldKeyOf(config, secret, share);
  if (equal(key.publicKey, custodyKey) && (share === undefined || isShareOf(share, secret))) return key;
  key.erase();
  throw new RefusedError("refused/handover-other-key", "expected the key that the transcript names, got another one");
};

/**
 * Opens the key in the box (PROTOCOL 7), which the caller seals and owns. After genesis both chains
 * say whose key it is, whatever code has held it. Then the giver's evidence needn't verify any
 * more.
 * @throws DecodeError, ProofError; EvidenceRefusal `evidence/…` about the giver; RefusedError
 * `refused/handover-box`, `refused/handover-other-key`, `refused/handover-weak-key`, or of
 * `verifyFacts`, `checkSubject`, `checkEnd` and `admitKeyImport`
 */
export const acceptKey = (
  receiver: Receiver,
  request: RequestOf<"handoverAccept">,
  { roots }: Process,
): StateChange<CustodyKey> => {
  const { governed, proofs, collateral, box } = request;
  const { config, bridgeId, custodyKey, end } = receiver;
  const { kept, facts, proven } = prove(receiver, proofs);
  const respond = (): CustodyKey => {
    const transcript: Transcript = { bridgeId, ...request.transcript };
    const { giver } = transcript;
    checkSubject(receiver, transcript);
    checkEnd(receiver, { handoverKey: transcript.receiver.handoverKey, challenge: giver.challenge }, governed);
    const checkpoint = keptCheckpointOf(receiver);
    const measurements = admitKeyImport({ config, issuer: custodyKey, governed, proven, checkpoint });
    const reportData = holderReportData({ ...transcript, ...giver });
    if (measurements !== "any")
      verifyOtherSide(giver, { config, measurements, collateral, reportData, facts, roots, slot: undefined });
    const channel = { own: end.privateKey, theirs: giver.handoverKey, transcript: transcriptHash(transcript) };
    return givenKey(receiver, openBox(channel, box));
  };
  return { kept, respond };
};
