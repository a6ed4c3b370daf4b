import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { RefusedError } from "@pdiem/bridge/error";
import { admitKeyImport } from "@pdiem/bridge/handover/admission";
import { type Transcript, transcriptHash } from "@pdiem/bridge/handover/transcript";
import { equal } from "@pdiem/light-client/bytes";
import type { RequestOf } from "../routes.js";
import { type CustodyKey, custodyKeyOf } from "../signer/custody-key.js";
import type { Process, Receiver, StateChange } from "../state/enclave-state.js";
import { keptCheckpointOf, prove } from "../verbs/proving.js";
import { openBox } from "./box.js";
import { checkEnd } from "./check-end.js";
import { verifyOtherSide } from "./other-side.js";

const checkedKey = (seed: Uint8Array, publicKey: Uint8Array): CustodyKey => {
  const key = custodyKeyOf(seed);
  if (equal(key.publicKey, publicKey)) return key;
  key.erase();
  throw new RefusedError("refused/handover-other-key", "expected the key that the transcript names, got another one");
};

/**
 * Opens the key in the box (PROTOCOL 7), which the caller seals and owns. After genesis both chains
 * say whose key it is, whatever code has held it. Then the giver's evidence needn't verify any
 * more.
 * @throws DecodeError, ProofError; EvidenceRefusal `evidence/…` about the giver; RefusedError
 * `refused/handover-custody-key`, `refused/handover-box`, `refused/handover-other-key`,
 * `refused/handover-weak-key`, or of `verifyFacts`, `checkEnd` and `admitKeyImport`
 */
export const acceptKey = (
  receiver: Receiver,
  request: RequestOf<"handoverAccept">,
  self: Process,
): StateChange<CustodyKey> => {
  const { governed, proofs, collateral, box } = request;
  const { config, bridgeId, custodyKey, end } = receiver;
  const { kept, facts, proven } = prove(receiver, proofs);
  const respond = (): CustodyKey => {
    const transcript: Transcript = { bridgeId, ...request.transcript };
    const { giver } = transcript;
    if (!equal(transcript.custodyKey, custodyKey))
      throw new RefusedError(
        "refused/handover-custody-key",
        "expected a hand-over of the key that this enclave waits for",
      );
    checkEnd(receiver, transcript.receiver, giver, governed);
    const checkpoint = keptCheckpointOf(receiver);
    const measurements = admitKeyImport({ config, issuer: custodyKey, governed, proven, checkpoint });
    const reportData = holderReportData({ ...transcript, ...giver });
    if (measurements !== "any")
      verifyOtherSide(giver, { config, measurements, collateral, reportData, facts, roots: self.roots });
    const channel = { own: end.privateKey, theirs: giver.handoverKey, transcript: transcriptHash(transcript) };
    return checkedKey(openBox(channel, box), custodyKey);
  };
  return { kept, respond };
};
