import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import type { Clients } from "../sync/clients.js";
import { activeEnclave, syncEnclave, syncEnclaveRelay } from "../sync/enclave/enclave-sync.js";
import type { Signers } from "./signers.js";

/** Has the one enclave sign that holds the key whole. */
export const soleSigner = (clients: Clients & { readonly enclave: EnclaveClient }): Signers => {
  const { enclave } = clients;
  const sessions = [] as const;
  return {
    settle: (request) => enclave.settle({ ...request, sessions }),
    decide: (request) => enclave.decide({ ...request, sessions }),
    genesis: (request) => enclave.genesis({ ...request, sessions }),
    payout: async (request) => (await enclave.payout({ ...request, sessions })).payments,
    follow: () => syncEnclave(clients),
    followRelay: () => syncEnclaveRelay(clients),
    lagging: async () => (await activeEnclave(clients)).lightClients,
    signerChanges: async () => (await activeEnclave(clients)).checkpoints.changes,
    blame: () => new Map(),
    stop: async () => undefined,
  };
};
