/**
 * Decisions of the test bridge's guardians, evidence of misbehaviour, and requests for their
 * batches.
 */
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { NO_DIEM_PROOFS } from "@pdiem/bridge/facts/proof-bundle";
import type { Action } from "@pdiem/bridge/governance/action";
import { type KnownSets, NO_SETS } from "@pdiem/bridge/governance/known-sets";
import type { MisbehaviourEvidence } from "@pdiem/bridge/governance/misbehaviour";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { decided, type Governed, sign } from "@pdiem/bridge/testing/guardians";
import { noticeMisbehaviour } from "@pdiem/bridge-client/guardians/decision-file";
import type { RequestOf } from "@pdiem/enclave/routes";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { signLedgerInfo } from "@pdiem/light-client/diem/testing/validators";
import type { Line } from "./proofs.js";
import { BRIDGE_ID, ENCODING } from "./requests.js";

/** Decided by as many guardians as must. */
export const signedFor = (governed: Governed, ...actions: readonly Action[]): SignedDecision =>
  sign(decided(governed, ...actions), undefined, BRIDGE_ID);

export const decideRequest = (
  governed: Governed,
  proofs: ProofBundle,
  decision: SignedDecision,
  sets: KnownSets = NO_SETS,
): RequestOf<"decide"> => ({ ...governed, encoding: ENCODING, proofs, decision, sets, sessions: [] });

/** Leaves Diem's proofs out, like while Diem stands still. */
export const withoutDiem = (proofs: ProofBundle): ProofBundle => ({ ...proofs, diem: NO_DIEM_PROOFS });

/** Two ledger infos for one version that a line's present validators signed. */
export const diemFork = (
  { epoch, validators }: Line,
  version = 77,
  signers = validators.length,
): MisbehaviourEvidence => {
  const at = (root: string) =>
    signLedgerInfo(ledgerInfoAt(version, hashOfText(root), epoch), validators.slice(0, signers));
  return { type: "diem", value: { first: at("one"), second: at("other"), history: undefined } };
};

/** Asks for a pause upon evidence. @param time the block's, ms */
export const noticeOf = ({ governance }: Governed, evidence: MisbehaviourEvidence, time: bigint): SignedDecision =>
  noticeMisbehaviour({ governance, until: time + 7_200_000n }, evidence);
