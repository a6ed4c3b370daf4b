import { rollReportData } from "@pdiem/bridge/holders/report-data";
import type { Platform } from "../handover/other-side.js";
import type { RequestOf, ResponseOf } from "../routes.js";
import type { Enrolled, Process, StateChange } from "../state/enclave-state.js";
import { checkUnder, prove } from "../verbs/proving.js";
import { boxTo } from "./box.js";
import { dealShares } from "./key-generation.js";
import { verifyMembers } from "./members.js";

/** What a participant gives the others, and the machines that they are on. */
export interface Dealt {
  readonly response: ResponseOf<"ceremonyBoxes">;
  readonly platforms: readonly Platform[];
}

/**
 * Boxes for each other slot what it is to have, once the evidence of all over the roll is verified.
 * @throws DecodeError, ProofError; EvidenceRefusal; RefusedError of `verifyMembers`, `dealShares`,
 * `checkUnder`, or `refused/handover-weak-key`
 */
export const deal = (
  participant: Enrolled,
  { members, proofs }: RequestOf<"ceremonyBoxes">,
  { roots }: Process,
): StateChange<Dealt> => {
  const { config, bridgeId, holders, slot, draft, roll } = participant;
  const request = prove(participant, proofs);
  const { kept, facts, lightClients } = request;
  const respond = (): Dealt => {
    checkUnder(participant, request);
    const reportDataOf = (of: number): Uint8Array => rollReportData(bridgeId, of, roll.hash);
    const platforms = verifyMembers({ config, holders, reportDataOf, facts, roots }, members);
    const shares = [...dealShares(draft, slot, roll.parts)];
    const boxes = shares.map(([to, share]) => ({ slot: to, box: boxTo(participant, to, share) }));
    return { response: { boxes, lightClients }, platforms };
  };
  return { kept, respond };
};
