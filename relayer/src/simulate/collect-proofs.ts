/**
 * Collects proofs from the nodes, as `ProofBundle` for the enclave, and verifies them with this
 * process's light clients.
 */
import { RefusedError } from "@pdiem/bridge/error";
import type { Facts, ParachainFacts } from "@pdiem/bridge/facts/facts";
import {
  type DiemProofs,
  NO_DIEM_PROOFS,
  type ParachainProofs,
  type ProofBundle,
} from "@pdiem/bridge/facts/proof-bundle";
import { verifyBlock, verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import { type ProvenHead, proveHead, proveStorage } from "../chains/parachain/proven-state.js";
import { collectSetEnds } from "../chains/parachain/set-ends.js";
import { RpcError } from "../error.js";
import type { Clients, SigningClients } from "../sync/clients.js";
import { type Lagging, laggingOf } from "../sync/light-clients/lagging.js";
import { collectDiemProofs } from "./diem-proofs.js";
import type { EventRange } from "./event-ranges.js";
import type { Needs } from "./needs.js";

export interface Collected {
  readonly proofs: ProofBundle;
  readonly facts: Facts;
}

export interface CollectRequest {
  readonly needs: Needs;
  readonly ranges: readonly EventRange[];
  /** Parachain proofs collected a moment ago, which need not be collected again. */
  readonly parachain?: ParachainProofs;
}

/** What collecting needs of all clients, where no enclave has to be there. */
export type ProofClients = Pick<Clients, "config" | "diem" | "parachain" | "relay" | "lightClients">;

/** The bridge takes 64 steps in one request; the last of them is kept for the newest block. */
const MAX_SET_ENDS = 63;

/**
 * Leads light clients that lag to the head. To those that are ahead of these nodes it shows who
 * signed it.
 */
const finalityFor = async (
  { relay }: ProofClients,
  lagging: Lagging["relay"],
  { state, step, relay: { signedBy } }: ProvenHead,
): Promise<Pick<ParachainProofs, "finality" | "earlier">> => {
  if (signedBy !== undefined && lagging.setId > signedBy.setId && lagging.setId > state.setId)
    return { finality: [], earlier: { step, signers: signedBy } };
  if (lagging.setId >= state.setId) return { finality: [step], earlier: undefined };
  const ends = await relay.run((_, node) =>
    collectSetEnds(node, lagging, state.finalized.number, { count: MAX_SET_ENDS }),
  );
  return { finality: [...ends, step], earlier: undefined };
};

const collectParachain = async (
  clients: ProofClients,
  lagging: Lagging["relay"],
  storage: readonly Uint8Array[],
): Promise<ParachainProofs> => {
  const { config, lightClients } = clients;
  const head = await proveHead(clients.relay, lightClients.get().relay, config.parachain.paraId);
  lightClients.offer({ relay: head.state });
  const finality = await finalityFor(clients, lagging, head);
  const { nodes } = await proveStorage(clients.parachain, head.para, storage);
  return { ...finality, headProof: head.headProof, storageProof: nodes };
};

/** A Diem node that is far behind the parachain is as good as down: the next one may be better. */
const verifyThere = (clients: ProofClients, proofs: ProofBundle): Collected => {
  try {
    const { own, facts } = verifyFacts(clients.config, clients.lightClients.own(), proofs);
    clients.lightClients.offer(own.lightClients);
    return { proofs, facts };
  } catch (cause) {
    if (cause instanceof RefusedError && (cause.code === "refused/skew" || cause.code === "refused/behind"))
      throw new RpcError(cause.code, cause.message, "backoff", { cause });
    throw cause;
  }
};

/**
 * Proves the newest finalized parachain block alone, for the enclave: Diem may stand still.
 * @throws what `collect` throws
 */
export const collectBlock = async (
  clients: SigningClients,
  storage: readonly Uint8Array[],
): Promise<{ readonly proofs: ProofBundle; readonly facts: ParachainFacts }> => {
  const { relay } = await clients.signers.lagging();
  const parachain = await collectParachain(clients, relay, storage);
  const proofs = { diem: NO_DIEM_PROOFS, parachain };
  return { proofs, facts: verifyBlock(clients.config, clients.lightClients.own(), proofs).facts };
};

/**
 * Proves everything asked for at the newest ledger info and the newest finalized parachain block.
 * Starts where the light clients of those who sign are; this process's own verify it.
 * @throws RpcError, NodeError, EnclaveError and ProofError of whatever failed on every endpoint
 */
export const collect = async (clients: SigningClients, request: CollectRequest): Promise<Collected> =>
  collectFrom(clients, await clients.signers.lagging(), request);

/** Proves the same for this process alone: no enclave needs to be there. */
export const collectForSelf = (clients: ProofClients, request: CollectRequest): Promise<Collected> =>
  collectFrom(clients, laggingOf(clients.lightClients.get()), request);

/** Proves the same for whoever's light clients are there. */
export const collectFrom = async (
  clients: ProofClients,
  lagging: Lagging,
  { needs, ranges, parachain: given }: CollectRequest,
): Promise<Collected> => {
  const { config, lightClients } = clients;
  const parachain = given ?? (await collectParachain(clients, lagging.relay, needs.storage));
  const state = lightClients.get().diem;
  const ours = trustedVersion(state);
  return collectDiemProofs(
    clients.diem,
    {
      state,
      since: lagging.diem.version < ours ? lagging.diem.version : ours,
      epoch: lagging.diem.epoch,
      chainId: config.diem.chainId,
      ranges,
      accounts: needs.accounts,
    },
    (diem: DiemProofs) => verifyThere(clients, { diem, parachain }),
  );
};
