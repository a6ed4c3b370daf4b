import { initialHeads } from "@pdiem/bridge/heads";
import type { Config } from "./config.js";
import { createDiemClient } from "./diem/client.js";
import { createEnclaveClient, type EnclaveClient } from "./enclave/client.js";
import type { Clients } from "./evidence/clients.js";
import { keepHeads } from "./evidence/heads-keeper.js";
import { createWitness } from "./misbehaviour/witness.js";
import { createSubstrateRpc } from "./parachain/substrate-rpc.js";
import { createEndpoints } from "./rpc/endpoints.js";

const ENCLAVE_RESPONSE_BYTES = 16_000_000;

export const enclaveAt = (url: string, { enclave: { timeoutMs } }: Config): EnclaveClient =>
  createEnclaveClient(url, { timeoutMs, maxResponseBytes: ENCLAVE_RESPONSE_BYTES });

/** The clients of every node in the configuration, with this process's own light clients at the roots of trust. */
export const createClients = (config: Config, witness = createWitness(config.bridge)): Clients => ({
  config: config.bridge,
  bridgeJson: config.bridgeJson,
  diem: createDiemClient(createEndpoints(config.diem.urls), config.diem, witness.ledger.hear),
  parachain: createSubstrateRpc(createEndpoints(config.parachain.httpUrls), config.parachain),
  relay: createSubstrateRpc(createEndpoints(config.relay.httpUrls), config.relay, witness.finality.hear),
  enclave: enclaveAt(config.enclave.url, config),
  heads: keepHeads(initialHeads(config.bridge)),
  witness,
});
