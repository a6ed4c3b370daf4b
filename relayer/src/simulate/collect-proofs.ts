import { RefusedError } from "@pdiem/bridge/error";
import type { DiemEvidence, Evidence } from "@pdiem/bridge/facts/proof-bundle";
import type { Facts, ParachainFacts } from "@pdiem/bridge/facts/facts";
import { verifyBlock, verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import type { HeadsStatus } from "@pdiem/enclave/api";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import { EnclaveError, RpcError } from "../error.js";
import type { FinalityStep } from "../chains/parachain/finality.js";
import { type ProvenHead, proveHead, proveStorage } from "../chains/parachain/proven-state.js";
import { collectSetEnds } from "../chains/parachain/set-ends.js";
import type { Clients } from "./clients.js";
import { collectDiemEvidence, type EventRange } from "./diem-proofs.js";
import type { Needs } from "./needs.js";
import { NOTHING_OF_DIEM } from "./no-evidence.js";

export interface Collected {
  readonly evidence: Evidence;
  readonly facts: Facts;
}

export interface CollectRequest {
  readonly needs: Needs;
  readonly ranges: readonly EventRange[];
}

/** Light clients that evidence has to bring forward. */
export interface Lagging {
  readonly diem: Pick<HeadsStatus["diem"], "version">;
  readonly relay: Pick<HeadsStatus["relay"], "setId" | "number">;
}

/** The bridge takes 64 steps in one request; the last of them is kept for the newest block. */
const MAX_SET_ENDS = 63;

const enclaveHeads = async ({ enclave }: Clients): Promise<HeadsStatus> => {
  const { active } = await enclave.status();
  if (active === undefined)
    throw new EnclaveError("refused/inactive", "the enclave has restarted and isn't active yet", "backoff");
  return active.heads;
};

const finalityFor = async (
  { relay }: Clients,
  lagging: Lagging["relay"],
  { state, step }: ProvenHead,
): Promise<readonly FinalityStep[]> => {
  if (BigInt(lagging.setId) >= state.setId) return [step];
  const ends = await relay.run((call) => collectSetEnds(call, lagging.number, state.finalized.number, MAX_SET_ENDS));
  return [...ends, step];
};

/** A Diem node that is far behind the parachain is as good as down: the next one may be better. */
const verifyThere = (clients: Clients, evidence: Evidence): Collected => {
  try {
    const { heads, facts } = verifyFacts(clients.config, clients.heads.get(), evidence);
    clients.heads.offer(heads);
    return { evidence, facts };
  } catch (cause) {
    if (cause instanceof RefusedError && (cause.code === "refused/skew" || cause.code === "refused/behind-heads"))
      throw new RpcError(cause.code, cause.message, "backoff", { cause });
    throw cause;
  }
};

/** Where this process's own light clients are: evidence from there on is for itself. */
const ownHeads = ({ heads }: Clients): Lagging => {
  const { diem, relay } = heads.get();
  return {
    diem: { version: trustedVersion(diem).toString() },
    relay: { setId: relay.setId.toString(), number: relay.finalized.number },
  };
};

/**
 * Proves the newest finalized parachain block alone, for the enclave: Diem may stand still.
 * @throws as `collect`
 */
export const collectBlock = async (
  clients: Clients,
  storage: readonly Uint8Array[],
): Promise<{ readonly evidence: Evidence; readonly parachain: ParachainFacts }> => {
  const { config, heads } = clients;
  const theirs = await enclaveHeads(clients);
  const head = await proveHead(clients.relay, heads.get().relay, config.parachain.paraId);
  heads.offer({ relay: head.state });
  const finality = await finalityFor(clients, theirs.relay, head);
  const { nodes } = await proveStorage(clients.parachain, head.para, storage);
  const evidence = { diem: NOTHING_OF_DIEM, parachain: { finality, headProof: head.headProof, storageProof: nodes } };
  return { evidence, parachain: verifyBlock(config, heads.get(), evidence).parachain };
};

/**
 * Proves everything asked for at the newest ledger info and the newest finalized parachain block, starting where the
 * enclave's light clients are, and verifies it with this process's own.
 * @throws RpcError, NodeError, EnclaveError and ProofError of whatever failed on every endpoint
 */
export const collect = async (clients: Clients, request: CollectRequest): Promise<Collected> =>
  collectFrom(clients, await enclaveHeads(clients), request);

/** The same, for this process alone: no enclave needs to be there. */
export const collectForSelf = (clients: Clients, request: CollectRequest): Promise<Collected> =>
  collectFrom(clients, ownHeads(clients), request);

/** The same for whoever's light clients are there. */
export const collectFrom = async (
  clients: Clients,
  theirs: Lagging,
  { needs, ranges }: CollectRequest,
): Promise<Collected> => {
  const { config, heads } = clients;
  const head = await proveHead(clients.relay, heads.get().relay, config.parachain.paraId);
  heads.offer({ relay: head.state });
  const finality = await finalityFor(clients, theirs.relay, head);
  const { nodes } = await proveStorage(clients.parachain, head.para, needs.storage);
  const trusted = heads.get().diem;
  const theirVersion = BigInt(theirs.diem.version);
  const ours = trustedVersion(trusted);
  return collectDiemEvidence(
    clients.diem,
    {
      state: trusted,
      since: theirVersion < ours ? theirVersion : ours,
      chainId: config.diem.chainId,
      ranges,
      accounts: needs.accounts,
    },
    (diem: DiemEvidence) =>
      verifyThere(clients, {
        diem,
        parachain: { finality, headProof: head.headProof, storageProof: nodes },
      }),
  );
};
