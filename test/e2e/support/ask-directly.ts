/** The enclave itself, past a relayer and past what the command line looks at first. */
import { askOnNewest, type ProvenBasis } from "@pdiem/relayer/cli/handover/basis";
import { type EnclaveClients, openGiver } from "@pdiem/relayer/cli/handover/ends";
import { ownFollower } from "@pdiem/relayer/cli/own-follower";
import type { RelayedBridge } from "./relayed-bridge.js";

/**
 * Asks for something that rests on the newest proven state.
 * @throws EnclaveError with the enclave's own code
 */
export const askDirectly = <T>(
  bridge: Pick<RelayedBridge, "relayerFile" | "enclave">,
  ask: (clients: EnclaveClients, basis: ProvenBasis) => Promise<T>,
): Promise<T> => {
  const { config, giver } = openGiver({ config: bridge.relayerFile });
  const issuer = bridge.enclave().key;
  const follower = ownFollower(config, giver, issuer);
  return askOnNewest(giver, { follower, issuer }, (basis) => ask(giver, basis));
};
