import { acceptCheckpoints } from "@pdiem/bridge/checkpoint/accept-checkpoints";
import { guardiansInForce } from "@pdiem/bridge/governance/guardians-in-force";
import { issuerOf } from "../state/enclave-state.js";
import { proveBlock } from "./proving.js";
import type { Verb } from "./verb.js";

/** Shows checkpoints: the newest is kept, whether or not anything else is asked. */
export const checkpoint: Verb<"checkpoint", "following"> = (state, { checkpoints, proofs, governed }) => {
  const { config, kept: before } = state;
  const { kept, facts, proven, lightClients } = proveBlock(state, proofs);
  // A key that isn't made yet has begun nothing.
  const guardians =
    state.role === "participant" ? config.guardians : guardiansInForce(config, issuerOf(state), governed, facts);
  const accepted = acceptCheckpoints(config, before.checkpoints, checkpoints, { ...proven, guardians });
  return {
    kept: { ...kept, checkpoints: accepted },
    respond: () => ({ checkpoints: accepted, lightClients }),
  };
};
