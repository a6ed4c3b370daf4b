/** Moving the light clients forward. */
import { decode } from "@pdiem/light-client/codec/codec";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import type { LedgerUpdate } from "@pdiem/light-client/diem/epochs/ledger-way";
import {
  type PassedEpoch,
  ratchetSets,
  type TrustedState,
  type VerifiedLedgerInfo,
} from "@pdiem/light-client/diem/epochs/trusted-state";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import {
  type GrandpaState,
  type VerifiedRelayHeader,
  verifyFinality,
} from "@pdiem/light-client/polkadot/finality/grandpa-state";
import type { LightClientState } from "./light-client-state.js";
import { unlessStale } from "./older-facts.js";
import type { DiemProofs, FinalityStep, ProofBundle } from "./proof-bundle.js";

/** An authority set that a step led past, and the last block that it finalized. */
export interface PassedAuthorities {
  readonly set: AuthoritySet;
  readonly last: VerifiedRelayHeader;
}

/** The sets that were left on the way to newer ones, the oldest first. */
export interface PassedSets {
  readonly diem: readonly PassedEpoch[];
  readonly relay: readonly PassedAuthorities[];
}

/** The light clients after a step, and what its proofs verified; undefined where they show none. */
export interface Advanced {
  readonly lightClients: LightClientState;
  readonly passed: PassedSets;
  /**
   * Undefined as well where the proofs are a page of epoch changes that doesn't reach `ledgerInfo`
   * yet.
   */
  readonly ledgerInfo: VerifiedLedgerInfo | undefined;
  readonly relayHeader: VerifiedRelayHeader | undefined;
}

interface DiemStep {
  readonly state: TrustedState;
  readonly ledgerInfo: VerifiedLedgerInfo | undefined;
  readonly passed: readonly PassedEpoch[];
}

const EMPTY_CHANGES = { ledgerInfos: [], more: false };

/**
 * Decodes what moves a light client of Diem. It is nothing where a ledger info is by an earlier
 * epoch, whose signers the proofs show.
 * @throws DecodeError
 */
export const readDiemUpdate = ({ ledgerInfo, epochChanges, signers }: DiemProofs): LedgerUpdate | undefined =>
  ledgerInfo.length === 0 || signers !== undefined
    ? undefined
    : {
        latest: decode(ledgerInfoWithSignatures, ledgerInfo),
        epochChangeProof: epochChanges.length === 0 ? EMPTY_CHANGES : decode(epochChangeProof, epochChanges),
      };

const advanceDiem = (state: TrustedState, proofs: DiemProofs): DiemStep => {
  const unmoved = { state, ledgerInfo: undefined, passed: [] };
  const update = readDiemUpdate(proofs);
  const step = update && unlessStale(() => ratchetSets(state, update));
  if (step === undefined) return unmoved;
  return { state: step.state, ledgerInfo: step.isLatest ? step.verified : undefined, passed: step.passed };
};

interface RelayStep {
  readonly state: GrandpaState;
  readonly relayHeader: VerifiedRelayHeader | undefined;
  readonly passed: readonly PassedAuthorities[];
}

const advanceRelay = (start: GrandpaState, steps: readonly FinalityStep[]): RelayStep => {
  const passed: PassedAuthorities[] = [];
  let state = start;
  let relayHeader: VerifiedRelayHeader | undefined;
  for (const { proof, header } of steps) {
    const step = unlessStale(() => verifyFinality(state, { finalityProof: proof, header }));
    relayHeader = step?.verified;
    if (step === undefined) continue;
    passed.push(...step.passed.map(({ set }) => ({ set, last: step.verified })));
    state = step.state;
  }
  return { state, relayHeader, passed };
};

/**
 * Verifies the way from a state of the light clients to newer ones. What is older than they are is
 * passed over. Accounts, events and storage among the proofs aren't looked at.
 * @throws DecodeError; ProofError of `ratchetSets` and `verifyFinality`
 */
export const advance = (start: LightClientState, { diem, parachain }: ProofBundle): Advanced => {
  const diemStep = advanceDiem(start.diem, diem);
  const relayStep = advanceRelay(start.relay, parachain.finality);
  return {
    lightClients: { diem: diemStep.state, relay: relayStep.state },
    passed: { diem: diemStep.passed, relay: relayStep.passed },
    ledgerInfo: diemStep.ledgerInfo,
    relayHeader: relayStep.relayHeader,
  };
};
