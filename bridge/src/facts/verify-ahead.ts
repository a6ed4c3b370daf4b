import { decode } from "@pdiem/light-client/codec/codec";
import { type SignatureBatch, verifyAhead } from "@pdiem/light-client/crypto/ed25519";
import { epochSignatures } from "@pdiem/light-client/diem/epochs/epoch-signatures";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { quorumSignatures } from "@pdiem/light-client/diem/epochs/quorum";
import { isPdiemError } from "@pdiem/light-client/error";
import { readFinality } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { finalitySignatures, voteSignatures } from "@pdiem/light-client/polkadot/finality/finality-signatures";
import { verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { readDiemUpdate } from "./advance.js";
import { unlessStale } from "./older-facts.js";
import { hasAuthorities, hasEpoch, type OwnSets } from "./own-sets.js";
import type { DiemProofs, ParachainProofs, ProofBundle } from "./proof-bundle.js";

const diemSignatures = (own: OwnSets, proofs: DiemProofs): Iterable<SignatureBatch> => {
  const { ledgerInfo, signers } = proofs;
  if (signers !== undefined)
    return hasEpoch(own, signers) ? [quorumSignatures(signers, decode(ledgerInfoWithSignatures, ledgerInfo))] : [];
  const update = readDiemUpdate(proofs);
  return update === undefined ? [] : epochSignatures(own.lightClients.diem, update);
};

const verifyParachainAhead = async (own: OwnSets, { finality, earlier }: ParachainProofs): Promise<void> => {
  let state = own.lightClients.relay;
  for (const [i, { proof, header }] of finality.entries()) {
    const update = { finalityProof: proof, header };
    await verifyAhead(finalitySignatures(state, update), false);
    // Whose the next step's votes must be, this one says.
    if (i < finality.length - 1) state = unlessStale(() => verifyFinality(state, update))?.state ?? state;
  }
  if (earlier === undefined || !hasAuthorities(own, earlier.signers)) return;
  const { justification } = readFinality({ finalityProof: earlier.step.proof, header: earlier.step.header });
  await verifyAhead(voteSignatures(earlier.signers, justification), false);
};

const unlessRefused = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!isPdiemError(error)) throw error;
  }
};

/**
 * Checks on the platform's other threads what signatures `verifyFacts` and `advance` are about to
 * check. It goes so far as a light client's own sets say whose they must be. Changes nothing, and
 * refuses nothing: they do.
 */
export const verifyBundleAhead = async (own: OwnSets, { diem, parachain }: ProofBundle): Promise<void> => {
  await unlessRefused(() => verifyAhead(diemSignatures(own, diem), true));
  await unlessRefused(() => verifyParachainAhead(own, parachain));
};
