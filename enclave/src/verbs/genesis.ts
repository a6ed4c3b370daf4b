import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { checkReceipts } from "../ceremony/receipts.js";
import { checkSecondHolder } from "../handover/receipt.js";
import { checkUnder, prove } from "./proving.js";
import { signBatch } from "./sign-batch.js";
import type { Verb } from "./verb.js";

/** Signs the first batch (PROTOCOL 5). */
export const genesis: Verb<"genesis"> = (holder, { proofs, ...signing }) => {
  (holder.key.share === undefined ? checkSecondHolder : checkReceipts)(holder);
  const request = prove(holder, proofs);
  const { kept, facts, lightClients } = request;
  const respond = () => {
    checkUnder(holder, request);
    const batch = settleGenesis(holder.config, holder.key.publicKey, facts);
    return { ...signBatch(holder, signing, facts.parachain, batch), lightClients };
  };
  return { kept, respond };
};
