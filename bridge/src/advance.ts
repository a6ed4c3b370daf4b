/** Moving the light clients forward. */
import { decode } from "@pdiem/light-client/codec/codec";
import { epochChangeProof } from "@pdiem/light-client/diem/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/ledger-info";
import { ratchet, type TrustedState, type VerifiedLedgerInfo } from "@pdiem/light-client/diem/trusted-state";
import { ProofError } from "@pdiem/light-client/error";
import {
  type GrandpaState,
  type VerifiedRelayHeader,
  verifyFinality,
} from "@pdiem/light-client/polkadot/grandpa-state";
import type { DiemEvidence, Evidence, ParachainEvidence } from "./evidence.js";
import type { Heads } from "./heads.js";

/**
 * The heads to keep, and what the evidence's last steps verified: undefined where it shows none, or one that the heads
 * are past already, or, for Diem, only a page of the epoch changes on the way to `latest`.
 */
export interface Advanced {
  readonly heads: Heads;
  readonly ledgerInfo: VerifiedLedgerInfo | undefined;
  readonly relayHeader: VerifiedRelayHeader | undefined;
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
): readonly [TrustedState, VerifiedLedgerInfo | undefined] => {
  if (latest.length === 0) return [state, undefined];
  const proof = {
    latest: decode(ledgerInfoWithSignatures, latest),
    epochChangeProof: decode(epochChangeProof, changes),
  };
  const ratcheted = unlessStale(() => ratchet(state, proof));
  if (ratcheted === undefined) return [state, undefined];
  return [ratcheted.state, ratcheted.isLatest ? ratcheted.verified : undefined];
};

const advanceRelay = (
  start: GrandpaState,
  { finality }: ParachainEvidence,
): readonly [GrandpaState, VerifiedRelayHeader | undefined] => {
  let state = start;
  let verified: VerifiedRelayHeader | undefined;
  for (const { proof, header } of finality) {
    const step = unlessStale(() => verifyFinality(state, { finalityProof: proof, header }));
    state = step?.state ?? state;
    verified = step?.verified;
  }
  return [state, verified];
};

/**
 * Verifies the way from the heads to newer ones. Accounts, events and storage in the evidence aren't looked at.
 * @throws DecodeError, ProofError as `ratchet` and `verifyFinality`, except that what is merely stale is passed over
 */
export const advance = (heads: Heads, evidence: Evidence): Advanced => {
  const [diem, ledgerInfo] = advanceDiem(heads.diem, evidence.diem);
  const [relay, relayHeader] = advanceRelay(heads.relay, evidence.parachain);
  return { heads: { diem, relay }, ledgerInfo, relayHeader };
};
