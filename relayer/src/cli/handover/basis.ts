import { formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { settledDecisions } from "@pdiem/bridge/governance/decision-chain";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import type { HeadsStatus, Hex } from "@pdiem/enclave/api";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { EnclaveClient } from "../../enclave/client.js";
import { EnclaveError } from "../../error.js";
import type { Clients } from "../../simulate/clients.js";
import { collectFrom } from "../../simulate/collect-proofs.js";
import { batchNeeds } from "../../simulate/predict.js";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import type { Follower } from "../../sync/bridge/follower.js";
import { syncHeads } from "../../sync/enclave/enclave-sync.js";

const hexOf = (bytes: Uint8Array): Hex => `0x${toHex(bytes)}`;

/** Proven state for one of the enclaves, as its requests carry it. */
export interface ProvenBasis {
  readonly ledger?: Hex;
  readonly decisions?: Hex;
  readonly evidence: unknown;
}

const headsOf = async (enclave: EnclaveClient): Promise<HeadsStatus> => {
  const { active, receiving } = await enclave.status();
  const found = active ?? receiving;
  if (found === undefined)
    throw new EnclaveError("refused/inactive", "the enclave has restarted and isn't active yet", "backoff");
  return found.heads;
};

/** Proves the newest state of both chains to the clients' enclave, however far behind its light clients are. */
const basisFor = async (clients: Clients, issuer: Uint8Array, { current }: BridgeView): Promise<ProvenBasis> => {
  await syncHeads(clients, await headsOf(clients.enclave));
  const needs = batchNeeds(clients.config, issuer, current?.anchor);
  const { evidence } = await collectFrom(clients, await headsOf(clients.enclave), { needs, ranges: [] });
  const shown = { evidence: formatEvidence(evidence) };
  if (current === undefined) return shown;
  const { ledger, decisions } = current.history;
  return {
    ledger: hexOf(encode(ledgerCodec, ledger)),
    decisions: hexOf(encode(settledDecisions, decisions)),
    ...shown,
  };
};

const TRIES = 3;

/**
 * Asks the clients' enclave for something that rests on the newest state. A batch may come in between: then it is asked again.
 * @throws as `ask`, and as `collectFrom`
 */
export const askOnNewest = async <T>(
  clients: Clients,
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
