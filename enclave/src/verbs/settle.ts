import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { checkMeasurementInForce } from "@pdiem/bridge/governance/operating";
import { settle as settleItems } from "@pdiem/bridge/settlement/settle";
import type { Holder } from "../state/enclave-state.js";
import { checkUnder, prove } from "./proving.js";
import { signBatch } from "./sign-batch.js";
import type { Verb } from "./verb.js";

const knownCheckpoints = ({ kept: { checkpoints } }: Holder): readonly SignedCheckpoint[] =>
  checkpoints.checkpoint === undefined ? checkpoints.changes : [...checkpoints.changes, checkpoints.checkpoint];

/** Signs a settlement (PROTOCOL 3). */
export const settle: Verb<"settle"> = (holder, { ledger, governance, proofs, items, ...signing }) => {
  const { config, key, measurement } = holder;
  const request = prove(holder, proofs);
  const { kept, facts, lightClients } = request;
  const respond = () => {
    checkUnder(holder, request);
    const bridge = { config, issuer: key.publicKey, ledger, governance };
    const batch = settleItems(bridge, facts, items, knownCheckpoints(holder));
    checkMeasurementInForce(config, governanceInForce(config, ledger, governance), measurement, items);
    return { ...signBatch(holder, signing, facts.parachain, batch), lightClients };
  };
  return { kept, respond };
};
