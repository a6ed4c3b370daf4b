import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import type { Config } from "./config.js";
import { createDiemClient } from "./chains/diem/client.js";
import { createEnclaveClient, type EnclaveClient } from "./enclave/client.js";
import type { Clients } from "./simulate/clients.js";
import { keepHeads } from "./sync/light-clients/light-client-keeper.js";
import type { HeardFinality, HeardLedger } from "./sync/misbehaviour/heard.js";
import { createWitness } from "./sync/misbehaviour/witness.js";
import { createSubstrateRpc } from "./chains/parachain/substrate-rpc.js";
import { createEndpoints } from "./chains/rpc/endpoints.js";

const ENCLAVE_RESPONSE_BYTES = 16_000_000;

export const enclaveAt = (url: string, { enclave: { timeoutMs } }: Config): EnclaveClient =>
  createEnclaveClient(url, { timeoutMs, maxResponseBytes: ENCLAVE_RESPONSE_BYTES });

/**
 * The clients of every node in the configuration, with this process's own light clients.
 * @param start where those begin: what follows from the configuration's roots of trust
 */
export const createClients = (config: Config, start = initialHeads(config.bridge)): Clients => {
  const heads = keepHeads(start);
  const witness = createWitness(config.bridge);
  // Set by set, as they are verified: a walk that fails on a long way is gone on with, not begun anew.
  const hearLedger = (heard: HeardLedger): void => {
    witness.ledger.hear(heard);
    if (heard.accepted?.to.change === "epoch") heads.offer({ diem: heard.accepted.to.state });
  };
  const hearFinality = (heard: HeardFinality): void => {
    witness.finality.hear(heard);
    const { from, to } = heard.accepted ?? {};
    if (from !== undefined && to !== undefined && to.setId > from.setId) heads.offer({ relay: to });
  };
  return {
    config: config.bridge,
    bridgeJson: config.bridgeJson,
    diem: createDiemClient(createEndpoints(config.diem.urls), config.diem, hearLedger),
    parachain: createSubstrateRpc(createEndpoints(config.parachain.httpUrls), config.parachain),
    relay: createSubstrateRpc(createEndpoints(config.relay.httpUrls), config.relay, hearFinality),
    enclave: enclaveAt(config.enclave.url, config),
    heads,
    witness,
  };
};
