import { RefusedError } from "@pdiem/bridge/error";
import { admitKeyImport } from "@pdiem/bridge/handover/admission";
import { checkHelpers, repairHash } from "@pdiem/bridge/handover/repair";
import { givenKey } from "../handover/accept.js";
import { checkEnd, checkSubject } from "../handover/check-end.js";
import type { RequestOf } from "../routes.js";
import type { CustodyKey } from "../signer/custody-key.js";
import type { Receiver, StateChange } from "../state/enclave-state.js";
import { keptCheckpointOf, prove } from "../verbs/proving.js";
import { checkGiven, checkRows, checkShape, sumAndWipe } from "./arithmetic.js";
import { openRepairBox } from "./box.js";

/**
 * Makes the lost share of the helpers' sums, which the caller seals and owns (PROTOCOL 7a). Boxes
 * bind all points, and one helper at least is honest: so points that all boxes bind are genuine.
 * @throws DecodeError, ProofError; RefusedError `refused/repair-box`, `refused/repair-rows`,
 * `refused/repair-fault`, which names its slot, or of `checkSubject`, `checkEnd`, `checkHelpers`,
 * `admitKeyImport`
 */
export const acceptRepair = (receiver: Receiver, request: RequestOf<"repairAccept">): StateChange<CustodyKey> => {
  const { transcript, governed, proofs, rows, boxes } = request;
  const { config, bridgeId, custodyKey, share, end } = receiver;
  const { kept, proven } = prove(receiver, proofs);
  const respond = (): CustodyKey => {
    checkSubject(receiver, transcript);
    if (config.holders === undefined || share === undefined)
      throw new RefusedError("refused/handover-share", "expected an enclave that waits for a share");
    checkHelpers(config.holders, transcript);
    checkEnd(receiver, transcript.receiver, governed);
    admitKeyImport({ config, issuer: custodyKey, governed, proven, checkpoint: keptCheckpointOf(receiver) });
    checkShape(transcript, rows, boxes);
    const hash = repairHash(bridgeId, transcript);
    const sums = transcript.helpers.map(({ slot, party: { handoverKey } }, i) => {
      const from = { end, theirs: handoverKey, transcript: hash, from: slot, to: share.slot, rows };
      return { slot, scalar: openRepairBox(from, boxes[i] ?? new Uint8Array()) };
    });
    checkRows(transcript, share.publicPackage, rows);
    for (const [i, { slot, scalar }] of sums.entries())
      checkGiven(
        slot,
        rows.map((row) => row[i] ?? new Uint8Array()),
        scalar,
      );
    return givenKey(receiver, sumAndWipe(sums.map(({ scalar }) => scalar)));
  };
  return { kept, respond };
};
