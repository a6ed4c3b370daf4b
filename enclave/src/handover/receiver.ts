/** PROTOCOL 7, the side that is to get the key: what it takes for it. */
import { RefusedError } from "@pdiem/bridge/error";
import { admitAcceptance } from "@pdiem/bridge/custody/handover-admission";
import { type Transcript, transcriptHash } from "@pdiem/bridge/custody/handover-transcript";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { equal } from "@pdiem/light-client/bytes";
import type { Following, Step } from "../active.js";
import type { Kept } from "../kept.js";
import { type CustodyKey, custodyKeyOf } from "../key.js";
import { prove } from "../proving.js";
import { openBox } from "./box.js";
import { checkUnder } from "./checkpoint.js";
import { verifyOtherSide } from "./other-side.js";
import type { Process } from "./process.js";
import { parseAccept } from "./requests.js";

/** A key that has come, and what the light clients know by then. */
export interface Given {
  readonly key: CustodyKey;
  readonly kept: Kept;
}

const checkSides = ({ handover, drawing }: Process, { bridgeId, giver, receiver }: Transcript): void => {
  if (!equal(receiver.handoverKey, handover.publicKey))
    throw new RefusedError(
      "refused/handover-restarted",
      "expected a hand-over to this very process: it was restarted since, begin anew",
    );
  if (!drawing.isDrawn("challenge", bridgeId, giver.challenge))
    throw new RefusedError(
      "refused/handover-challenge",
      "expected the giver's evidence to answer a challenge that this process has drawn: begin anew",
    );
};

const checkedKey = (seed: Uint8Array, publicKey: Uint8Array): CustodyKey => {
  const key = custodyKeyOf(seed);
  if (equal(key.publicKey, publicKey)) return key;
  key.erase();
  throw new RefusedError("refused/handover-other-key", "expected the key that the transcript names, got another one");
};

/**
 * The key in the box, which the caller seals and owns.
 * @throws DecodeError, ProofError; EvidenceRefusal `evidence/…` about the giver; RefusedError `refused/handover-restarted`,
 * `refused/handover-challenge`, `refused/handover-box`, `refused/handover-other-key`, `refused/handover-weak-key`, and as
 * `verifyFacts`, `checkUnder` and `admitAcceptance`
 */
export const accept = (following: Following, self: Process, body: unknown): Step<Given> => {
  const { sides, governed, evidence, checkpoint, collateral, box } = parseAccept(body);
  const { config, bridgeId } = following;
  const { kept, facts } = prove(following, evidence);
  const respond = (): Given => {
    const transcript: Transcript = { bridgeId, ...sides };
    const { custodyKey, giver } = transcript;
    checkSides(self, transcript);
    const newest = checkUnder(following, kept, facts, checkpoint);
    const measurements = admitAcceptance({ config, issuer: custodyKey, governed }, facts);
    const reportData = holderReportData({ ...transcript, ...giver });
    verifyOtherSide(giver, { config, measurements, collateral, reportData, facts, roots: self.roots });
    const own = self.handover.privateKey;
    const seed = openBox({ own, theirs: giver.handoverKey, transcript: transcriptHash(transcript) }, box);
    return { key: checkedKey(seed, custodyKey), kept: { ...kept, checkpoint: newest } };
  };
  return { kept, respond };
};
