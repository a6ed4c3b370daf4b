/**
 * Proves that a second attested enclave holds the key before anything rests on it: losing the key
 * loses custody.
 */
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { RefusedError } from "@pdiem/bridge/error";
import { checkNotBegun } from "@pdiem/bridge/governance/guardians-in-force";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import type { Holder } from "../state/enclave-state.js";
import { checkUnder, prove } from "../verbs/proving.js";
import type { Verb } from "../verbs/verb.js";
import { verifyOtherSide } from "./other-side.js";

/**
 * Takes evidence of a holder to whom this process has given the key. Only a release tells the
 * challenge that it answers. So neither another process of this machine nor this one itself passes
 * for a second holder.
 */
export const takeReceipt: Verb<"handoverReceipt"> = (state, { holder, proofs, collateral }, { nonces, roots }) => {
  const { config, bridgeId, key } = state;
  const request = prove(state, proofs);
  const { kept, facts, lightClients } = request;
  checkUnder(state, request);
  if (!nonces.isOwn("receipt", holder.handoverKey, holder.challenge))
    throw new RefusedError(
      "refused/handover-receipt",
      "expected evidence that answers the challenge which this process told when it gave the key to that holder",
    );
  checkNotBegun(key.publicKey, facts.parachain);
  const reportData = holderReportData({ bridgeId, custodyKey: key.publicKey, ...holder });
  const { measurements } = config;
  verifyOtherSide(holder, { config, measurements, collateral, reportData, facts, roots, slot: undefined });
  const receipt = sha256(holder.evidence);
  return { kept: { ...kept, receipt }, respond: () => ({ receipt, lightClients }) };
};

/**
 * @throws RefusedError `refused/second-holder` where the configuration asks for one and nobody has
 * shown any
 */
export const checkSecondHolder = ({ config, kept: { receipt } }: Holder): void => {
  if (config.secondHolder && receipt === undefined)
    throw new RefusedError(
      "refused/second-holder",
      "expected a second enclave to hold the key before the first batch: hand it over, and show its receipt",
      "later",
    );
};
