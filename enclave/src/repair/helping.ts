/** Whether a holder helps: under a decision, its own nonce, and all evidence (PROTOCOL 7a). */
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { RefusedError } from "@pdiem/bridge/error";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { challengeOf, checkHelpers, repairHash } from "@pdiem/bridge/handover/repair";
import { checkPlatform } from "@pdiem/bridge/holders/platforms";
import type { Share } from "@pdiem/bridge/holders/share";
import { checkEnd, checkSubject } from "../handover/check-end.js";
import { admitGiving, checkNamed, verifyReceiver } from "../handover/giving.js";
import { verifyOtherSide } from "../handover/other-side.js";
import type { RequestOf } from "../routes.js";
import type { Holder, Process } from "../state/enclave-state.js";
import type { ProvenRequest } from "../verbs/proving.js";

/** A repair that this holder helps in. */
export interface Helping {
  readonly share: Share;
  /** The transcript's hash, 32 bytes. */
  readonly hash: Uint8Array;
}

type Request = RequestOf<"repairSplit">;

const verifyHelpers = (
  { bridgeId, key: { publicKey } }: Holder,
  { slot: own, publicPackage }: Share,
  { transcript, collateral: { helpers: collaterals } }: Request,
  judgement: ReturnType<typeof admitGiving>,
): void => {
  const challenge = challengeOf(transcript);
  for (const [i, { slot, platform, party }] of transcript.helpers.entries()) {
    const collateral = collaterals[i] ?? { kind: "none" };
    if (slot === own) continue;
    const { handoverKey } = party;
    const share = { slot, publicPackage };
    const reportData = holderReportData({ bridgeId, custodyKey: publicKey, handoverKey, challenge, share });
    checkNamed(verifyOtherSide(party, { ...judgement, collateral, reportData, slot }), platform);
  }
};

/**
 * Checks that this holder is to help, and everybody else is who the transcript says.
 * @throws EvidenceRefusal; RefusedError `refused/repair-helpers`, or of `checkSubject`, `checkEnd`,
 * `admitGiving` and `verifyReceiver`
 */
export const checkHelping = (
  holder: Holder,
  request: Request,
  proven: ProvenRequest<Facts>,
  self: Process,
): Helping => {
  const { config, bridgeId, key } = holder;
  const { transcript, governed, nonces } = request;
  const { grant, receiver, helpers } = transcript;
  const { share } = key;
  checkSubject({ custodyKey: key.publicKey, share }, transcript, false);
  const own = helpers.find(({ slot }) => slot === share?.slot);
  if (config.holders === undefined || share === undefined || own === undefined)
    throw new RefusedError("refused/repair-helpers", "expected a repair that this enclave's own slot helps in");
  checkHelpers(config.holders, transcript);
  checkEnd(holder, own.party, governed);
  const hash = repairHash(bridgeId, transcript);
  const giving = { transcript: hash, grant, governed, nonces };
  const judgement = admitGiving(holder, proven, giving, self);
  const { collateral } = request;
  verifyReceiver(holder, giving, receiver, challengeOf(transcript), { ...judgement, collateral: collateral.receiver });
  verifyHelpers(holder, share, request, judgement);
  const machines = config.holders.slots.map((_, i) =>
    helpers.flatMap(({ slot, platform }) => (slot === i + 1 ? [platform] : [])),
  );
  checkPlatform(machines, grant);
  return { share, hash };
};
