/** Moving the light clients forward. */
import { decode } from "@pdiem/light-client/codec/codec";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import {
  type PassedEpoch,
  ratchet,
  type TrustedState,
  type VerifiedLedgerInfo,
} from "@pdiem/light-client/diem/epochs/trusted-state";
import { ProofError } from "@pdiem/light-client/error";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import {
  type GrandpaState,
  type VerifiedRelayHeader,
  verifyFinality,
} from "@pdiem/light-client/polkadot/finality/grandpa-state";
import type { DiemEvidence, Evidence, ParachainEvidence } from "./proof-bundle.js";
import type { Heads } from "./light-client-state.js";

/** An authority set that the evidence led past, and the last block that it finalized. */
export interface PassedAuthorities {
  readonly set: AuthoritySet;
  readonly last: VerifiedRelayHeader;
}

/** The sets that were left on the way from the heads to newer ones, oldest first. */
export interface PassedSets {
  readonly diem: readonly PassedEpoch[];
  readonly relay: readonly PassedAuthorities[];
}

/**
 * The heads to keep, and what the evidence's last steps verified: undefined where it shows none, or one that the heads
 * are past already, or, for Diem, only a page of the epoch changes on the way to `latest`.
 */
export interface Advanced {
  readonly heads: Heads;
  readonly ledgerInfo: VerifiedLedgerInfo | undefined;
  readonly relayHeader: VerifiedRelayHeader | undefined;
  readonly passed: PassedSets;
}

const isStale = (error: unknown): boolean => error instanceof ProofError && error.code === "proof/stale";

/** What is older than the heads proves nothing and changes nothing: another relayer may just have been faster. */
const unlessStale = <T>(step: () => T): T | undefined => {
  try {
    return step();
  } catch (error) {
    if (isStale(error)) return undefined;
    throw error;
  }
};

const advanceDiem = (
  state: TrustedState,
  { latest, epochChangeProof: changes }: DiemEvidence,
): readonly [TrustedState, VerifiedLedgerInfo | undefined, readonly PassedEpoch[]] => {
  if (latest.length === 0) return [state, undefined, []];
  const proof = {
    latest: decode(ledgerInfoWithSignatures, latest),
    epochChangeProof: decode(epochChangeProof, changes),
  };
  const ratcheted = unlessStale(() => ratchet(state, proof));
  if (ratcheted === undefined) return [state, undefined, []];
  return [ratcheted.state, ratcheted.isLatest ? ratcheted.verified : undefined, ratcheted.passed];
};

const advanceRelay = (
  start: GrandpaState,
  { finality }: ParachainEvidence,
): readonly [GrandpaState, VerifiedRelayHeader | undefined, readonly PassedAuthorities[]] => {
  const passed: PassedAuthorities[] = [];
  let state = start;
  let verified: VerifiedRelayHeader | undefined;
  for (const { proof, header } of finality) {
    const step = unlessStale(() => verifyFinality(state, { finalityProof: proof, header }));
    if (step !== undefined && step.state.setId !== state.setId)
      passed.push({ set: { setId: state.setId, authorities: state.authorities }, last: step.verified });
    state = step?.state ?? state;
    verified = step?.verified;
  }
  return [state, verified, passed];
};

/**
 * Verifies the way from the heads to newer ones. Accounts, events and storage in the evidence aren't looked at.
 * @throws DecodeError, ProofError as `ratchet` and `verifyFinality`, except that what is merely stale is passed over
 */
export const advance = (heads: Heads, evidence: Evidence): Advanced => {
  const [diem, ledgerInfo, epochs] = advanceDiem(heads.diem, evidence.diem);
  const [relay, relayHeader, sets] = advanceRelay(heads.relay, evidence.parachain);
  return { heads: { diem, relay }, ledgerInfo, relayHeader, passed: { diem: epochs, relay: sets } };
};
