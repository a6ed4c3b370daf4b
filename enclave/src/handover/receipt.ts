/** That a second attested enclave holds the key before anything rests on it: losing the key loses custody. */
import { RefusedError } from "@pdiem/bridge/error";
import { checkNotBegun } from "@pdiem/bridge/custody/handover-admission";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import type { Active, Step } from "../active.js";
import type { ReceiptResponse } from "../handover-api.js";
import { headsStatus } from "../heads-status.js";
import { hexText } from "../hex-text.js";
import { prove } from "../proving.js";
import { verifyOtherSide } from "./other-side.js";
import type { Process } from "./process.js";
import { parseReceipt } from "./requests.js";

/**
 * Takes evidence of a holder to whom this process has released the key. Only a release tells the challenge that it answers, so
 * that no other process of this machine, and not this one itself, passes for a second holder.
 * @throws DecodeError, ProofError; EvidenceRefusal `evidence/…` about the holder; RefusedError `refused/handover-receipt`, and as
 * `verifyFacts` and `checkNotBegun`
 */
export const takeReceipt = (active: Active, { drawing, roots }: Process, body: unknown): Step<ReceiptResponse> => {
  const { holder, evidence, collateral } = parseReceipt(body);
  const { config, bridgeId, key } = active;
  const { kept, facts } = prove(active, evidence);
  if (!drawing.isDrawn("receipt", holder.handoverKey, holder.challenge))
    throw new RefusedError(
      "refused/handover-receipt",
      "expected evidence that answers the challenge which this process told when it released the key to that holder",
    );
  checkNotBegun(key.publicKey, facts.parachain);
  const reportData = holderReportData({ bridgeId, custodyKey: key.publicKey, ...holder });
  const { measurements } = config;
  verifyOtherSide(holder, { config, measurements, collateral, reportData, facts, roots });
  const receipt = sha256(holder.evidence);
  return {
    kept: { ...kept, receipt },
    respond: () => ({ receipt: hexText(receipt), heads: headsStatus(kept.heads) }),
  };
};

/** @throws RefusedError `refused/second-holder` where the configuration asks for one and nobody has shown any */
export const checkSecondHolder = ({ config, receipt }: Active): void => {
  if (config.secondHolder && receipt === undefined)
    throw new RefusedError(
      "refused/second-holder",
      "expected a second enclave to hold the key before the first batch: hand it over, and show its receipt",
      "later",
    );
};
