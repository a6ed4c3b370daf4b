import { verifyAhead } from "@pdiem/light-client/crypto/ed25519";
import { epochSignatures } from "@pdiem/light-client/diem/epochs/epoch-signatures";
import {
  type PassedEpoch,
  type Ratcheted,
  ratchet,
  type StateProof,
  type TrustedState,
  trustedVersion,
  type VerifiedLedgerInfo,
} from "@pdiem/light-client/diem/epochs/trusted-state";
import { getStateProof } from "./calls.js";
import type { DiemNode } from "./client.js";
import { type Answer, checkEnvelope, type JsonRpcCall, resultOf } from "./json-rpc.js";

/**
 * A verified head of the ledger, and what proves it from where it started. Answers that are to be
 * verified against it come along.
 */
export interface ProvenLedger<C extends readonly JsonRpcCall<unknown>[]> {
  readonly state: TrustedState;
  readonly verified: VerifiedLedgerInfo;
  readonly stateProof: StateProof;
  /** Epochs that it led past, those of the pages before not among them. */
  readonly passed: readonly PassedEpoch[];
  readonly answers: { readonly [K in keyof C]: C[K] extends JsonRpcCall<infer T> ? T : never };
}

/** One page of epochs that leads to no ledger info of its own batch yet. */
export interface EpochPage {
  readonly state: TrustedState;
  readonly stateProof: StateProof;
  readonly passed: readonly PassedEpoch[];
}

/**
 * What is trusted, and from which version on the state proof is asked for. An earlier one serves a
 * light client that lags.
 */
export interface Trusted {
  readonly state: TrustedState;
  readonly since?: bigint | undefined;
  readonly chainId: number;
}

/**
 * Tells whatever a node shows, also what is refused here: its validators may vouch for another
 * history elsewhere.
 */
const ratchetObserved = (node: DiemNode, from: TrustedState, stateProof: StateProof): Ratcheted => {
  try {
    const to = ratchet(from, stateProof);
    node.observed({ stateProof, accepted: { from, to } });
    return to;
  } catch (error) {
    node.observed({ stateProof });
    throw error;
  }
};

/**
 * Asks in one batch for `calls` and the state proof that verifies them, page by page of epochs.
 * Answers that come with an unfinished page are thrown away: nothing vouches for the ledger info
 * that they rest on.
 * @param calls at most `MAX_BATCH` - 1
 * @param onPage told of each unfinished page, oldest first
 * @throws ProofError of `ratchet` and `checkEnvelope`; NodeError
 */
export const proveLedger = async <const C extends readonly JsonRpcCall<unknown>[]>(
  node: DiemNode,
  { state: from, since, chainId }: Trusted,
  calls: C,
  onPage: (page: EpochPage) => Promise<void> = () => Promise.resolve(),
): Promise<ProvenLedger<C>> => {
  let trusted = from;
  let version = since ?? trustedVersion(from);
  for (;;) {
    const { envelope, answers } = await node.batch([...calls, getStateProof(version)]);
    const results = answers.map((answer: Answer<unknown>) => resultOf(answer));
    const { latest, epochChangeProof } = results.pop() as StateProof;
    checkEnvelope(envelope, latest.ledgerInfo.commitInfo, chainId);
    const stateProof = { latest, epochChangeProof };
    await verifyAhead(epochSignatures(trusted, stateProof), true);
    const { state, verified, isLatest, passed } = ratchetObserved(node, trusted, stateProof);
    // The calls' own `read` gave these their types; the state proof, asked for last, is gone from
    // the list.
    if (isLatest) return { state, verified, stateProof, passed, answers: results as ProvenLedger<C>["answers"] };
    await onPage({ state, stateProof, passed });
    trusted = state;
    version = trustedVersion(state);
  }
};
