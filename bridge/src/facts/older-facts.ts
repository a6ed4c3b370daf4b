/**
 * Facts older than the light clients are (PROTOCOL 6): taken where a set of their own chains
 * verifies them.
 */
import { decode } from "@pdiem/light-client/codec/codec";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { type VerifiedLedgerInfo, verifyLedgerInfo } from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import { ProofError } from "@pdiem/light-client/error";
import { verifyFinalizedHeader } from "@pdiem/light-client/polkadot/finality/finalized-header";
import type { VerifiedRelayHeader } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { hasAuthorities, hasEpoch, type OwnSets } from "./own-sets.js";
import type { DiemProofs, ParachainProofs } from "./proof-bundle.js";

const isStale = (error: unknown): boolean => error instanceof ProofError && error.code === "proof/stale";

/**
 * Runs a step that changes nothing where its proof is merely stale: another relayer may just have
 * been faster.
 */
export const unlessStale = <T>(step: () => T): T | undefined => {
  try {
    return step();
  } catch (error) {
    if (isStale(error)) return undefined;
    throw error;
  }
};

const foreign = (what: string): ProofError =>
  new ProofError("proof/foreign-set", `expected signers of the light client's own chain, ${what} isn't among its sets`);

/**
 * Verifies a ledger info by the earlier epoch's validators that the proofs show; undefined where
 * they show none.
 * @throws ProofError `proof/foreign-set`, and those of `verifyLedgerInfo`
 */
export const olderLedgerInfo = (own: OwnSets, { ledgerInfo, signers }: DiemProofs): VerifiedLedgerInfo | undefined => {
  if (signers === undefined) return undefined;
  if (!hasEpoch(own, signers)) throw foreign(`epoch ${signers.epoch}`);
  return verifyLedgerInfo(signers, decode(ledgerInfoWithSignatures, ledgerInfo));
};

/**
 * Verifies a relay header by the earlier set that the proofs show; undefined where they show none.
 * @throws ProofError `proof/foreign-set`, and those of `verifyFinalizedHeader`
 */
export const olderRelayHeader = (own: OwnSets, { earlier }: ParachainProofs): VerifiedRelayHeader | undefined => {
  if (earlier === undefined) return undefined;
  const { step, signers } = earlier;
  if (!hasAuthorities(own, signers)) throw foreign(`set ${signers.setId}`);
  return verifyFinalizedHeader(signers, { finalityProof: step.proof, header: step.header }).verified;
};
