import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import type { Governed } from "@pdiem/bridge/governance/guardians-in-force";
import { EnclaveError } from "@pdiem/bridge-client/enclave/enclave-error";
import type { LightClientStatus } from "@pdiem/enclave/wire/light-client-status";
import { isPdiemError } from "@pdiem/light-client/error";
import { collectFrom } from "../../simulate/collect-proofs.js";
import { batchNeeds } from "../../simulate/needs.js";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import type { Follower } from "../../sync/bridge/follower.js";
import { syncLightClients } from "../../sync/enclave/enclave-sync.js";
import type { EnclaveClients } from "./ends.js";

/** Proven state for one of the enclaves, as its requests carry it. */
export interface ProvenBasis {
  /** Undefined before genesis. */
  readonly governed: Governed;
  readonly proofs: ProofBundle;
}

const lightClientsOf = async ({ enclave }: EnclaveClients): Promise<LightClientStatus> => {
  const { role } = await enclave.status();
  if (role.type === "empty")
    throw new EnclaveError("refused/inactive", "the enclave has restarted and isn't active yet", "backoff");
  return role.value.lightClients;
};

/**
 * Proves the newest state of both chains to the clients' enclave, however far behind its light
 * clients are.
 */
const basisFor = async (clients: EnclaveClients, issuer: Uint8Array, { current }: BridgeView): Promise<ProvenBasis> => {
  await syncLightClients(clients, await lightClientsOf(clients));
  const needs = batchNeeds(clients.config, issuer, current?.anchor);
  const { proofs } = await collectFrom(clients, await lightClientsOf(clients), { needs, ranges: [] });
  if (current === undefined) return { governed: undefined, proofs };
  const { ledger, governance } = current.history;
  return { governed: { ledger, governance }, proofs };
};

const TRIES = 3;

/**
 * Asks the clients' enclave for something that rests on the newest state. A batch may come in
 * between: then it is asked again.
 * @throws what `ask` and `collectFrom` throw
 */
export const askOnNewest = async <T>(
  clients: EnclaveClients,
  { follower, issuer }: { readonly follower: Follower; readonly issuer: Uint8Array },
  ask: (basis: ProvenBasis, view: BridgeView) => Promise<T>,
): Promise<T> => {
  for (let left = TRIES; ; left--) {
    try {
      const view = await follower.follow();
      return await ask(await basisFor(clients, issuer, view), view);
    } catch (error) {
      if (left <= 1 || !isPdiemError(error) || error.retry === "never") throw error;
    }
  }
};
