/** PROTOCOL 7, the side that has the key: when it lets another process have it. */
import { RefusedError } from "@pdiem/bridge/error";
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { admitRelease, type Governed } from "@pdiem/bridge/custody/handover-admission";
import { type Transcript, transcriptHash } from "@pdiem/bridge/custody/handover-transcript";
import { receiverReportData } from "@pdiem/bridge/custody/report-data";
import { equal } from "@pdiem/light-client/bytes";
import type { Active, Step } from "../active.js";
import type { ReleasedKey } from "../handover-api.js";
import { headsStatus } from "../heads-status.js";
import { hexText } from "../hex-text.js";
import { prove } from "../proving.js";
import { sealBox } from "./box.js";
import { checkUnder } from "./checkpoint.js";
import { verifyOtherSide } from "./other-side.js";
import type { Process } from "./process.js";
import { parseRelease } from "./requests.js";

const demand = (holds: boolean, code: string, message: string): void => {
  if (!holds) throw new RefusedError(`refused/handover-${code}`, message);
};

const checkSides = ({ key }: Active, { handover, drawing }: Process, transcript: Transcript): void => {
  const { bridgeId, custodyKey, giver, receiver } = transcript;
  demand(equal(custodyKey, key.publicKey), "custody-key", "expected a hand-over of the key that this enclave holds");
  demand(
    equal(giver.handoverKey, handover.publicKey),
    "restarted",
    "expected a hand-over by this very process: it was restarted since, begin anew",
  );
  demand(
    drawing.isDrawn("challenge", bridgeId, receiver.challenge),
    "challenge",
    "expected the receiver's evidence to answer a challenge that this process has drawn: begin anew",
  );
};

/** After an unsealing nobody knows how old the sealed file is, and whether it is the only one: then guardians must have decided. */
const checkMaker = ({ isMaker }: Active, governed: Governed): void =>
  demand(
    isMaker || governed !== undefined,
    "unsealed",
    "expected the process that made the key, before genesis: this one unsealed it or was given it",
  );

const checkNonce = ({ drawing }: Process, hash: Uint8Array, { checkpoint: { nonce } }: SignedCheckpoint): void =>
  demand(
    nonce !== undefined && drawing.isDrawn("nonce", hash, nonce),
    "nonce",
    "expected a checkpoint that carries a nonce which this process has drawn for this hand-over",
  );

/**
 * The key for the receiver that the transcript names. The same request, or a newer one about the same hand-over, may be
 * answered again: it tells the key to nobody but the process that was to have it.
 * @throws DecodeError, ProofError; EvidenceRefusal `evidence/…` about the receiver; RefusedError
 * `refused/handover-custody-key`, `refused/handover-restarted`, `refused/handover-challenge`, `refused/handover-nonce`,
 * `refused/handover-unsealed`, `refused/handover-weak-key`, and as `verifyFacts`, `checkUnder` and `admitRelease`
 */
export const release = (active: Active, self: Process, body: unknown): Step<ReleasedKey> => {
  const { sides, governed, evidence, checkpoint, collateral } = parseRelease(body);
  const { config, bridgeId, key } = active;
  const { kept, facts } = prove(active, evidence);
  const respond = (): ReleasedKey => {
    const transcript: Transcript = { bridgeId, ...sides };
    const { receiver } = transcript;
    const hash = transcriptHash(transcript);
    checkSides(active, self, transcript);
    checkNonce(self, hash, checkpoint);
    checkMaker(active, governed);
    checkUnder(active, kept, facts, checkpoint);
    const measurements = admitRelease({ config, issuer: key.publicKey, governed }, facts, hash);
    const reportData = receiverReportData({ ...transcript, ...receiver });
    verifyOtherSide(receiver, { config, measurements, collateral, reportData, facts, roots: self.roots });
    const channel = { own: self.handover.privateKey, theirs: receiver.handoverKey, transcript: hash };
    return {
      box: hexText(key.withSeed((seed) => sealBox(channel, seed))),
      receiptChallenge: hexText(self.drawing.draw("receipt", receiver.handoverKey)),
      heads: headsStatus(kept.heads),
    };
  };
  return { kept, respond };
};
