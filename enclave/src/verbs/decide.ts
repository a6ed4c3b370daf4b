import { decisionBatch } from "@pdiem/bridge/governance/decision-batch";
import { countingSets } from "@pdiem/bridge/governance/known-sets";
import { checkBlockUnder, keptCheckpointOf, proveBlock } from "./proving.js";
import { signBatch } from "./sign-batch.js";
import type { Verb } from "./verb.js";

/** Signs a decision batch (PROTOCOL 6). */
export const decide: Verb<"decide"> = (holder, { ledger, governance, proofs, decision, sets, ...signing }) => {
  const { config, key } = holder;
  const request = proveBlock(holder, proofs);
  const { kept, facts, proven, lightClients } = request;
  const respond = () => {
    checkBlockUnder(holder, request);
    const counting = countingSets(proven.own, keptCheckpointOf(holder), sets);
    const bridge = { config, issuer: key.publicKey, ledger, governance };
    const batch = decisionBatch(bridge, facts, counting, decision);
    return { ...signBatch(holder, signing, facts, batch), lightClients };
  };
  return { kept, respond };
};
