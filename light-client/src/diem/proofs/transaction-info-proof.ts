/**
 * Proves which transaction stands at a version. Source: diem/diem types/src/proof/mod.rs
 * (`verify_transaction_info`).
 */
import { type Codec, struct } from "../../codec/bcs.js";
import { ProofError } from "../../error.js";
import { createKnownNodes, type KnownNodes, MAX_KNOWN_DEPTH, verifyAmongKnown } from "../epochs/known-nodes.js";
import type { VerifiedLedgerInfo } from "../epochs/verified-ledger-info.js";
import { hashTransactionAccumulatorNode } from "../hashing.js";
import { type AccumulatorProof, accumulatorProof, verifyInclusion } from "./accumulator.js";
import { type TransactionInfo, transactionInfo, transactionInfoHash } from "./transaction-info.js";

export interface TransactionInfoWithProof {
  readonly ledgerInfoToTransactionInfoProof: AccumulatorProof;
  readonly transactionInfo: TransactionInfo;
}

export const transactionInfoWithProof: Codec<TransactionInfoWithProof> = struct<TransactionInfoWithProof>({
  ledgerInfoToTransactionInfoProof: accumulatorProof,
  transactionInfo,
});

/** @throws ProofError `proof/version-too-new` */
export const checkVersion = ({ ledgerInfo }: VerifiedLedgerInfo, version: bigint): void => {
  if (version > ledgerInfo.commitInfo.version)
    throw new ProofError(
      "proof/version-too-new",
      `expected a version of at most ${ledgerInfo.commitInfo.version}, the ledger info's, got ${version}`,
    );
};

/** Levels above the leaves of the accumulator whose last leaf is at `version`. */
const depthAt = (version: bigint): number => (version === 0n ? 0 : version.toString(2).length);

const knownNodes = new WeakMap<VerifiedLedgerInfo, KnownNodes>();

const knownNodesOf = (verified: VerifiedLedgerInfo): KnownNodes => {
  const known = knownNodes.get(verified) ?? createKnownNodes(verified.ledgerInfo.commitInfo.executedStateId);
  knownNodes.set(verified, known);
  return known;
};

/**
 * Checks that the transaction info stands at `version` of the ledger. Stricter than upstream: the
 * proof must be exactly as deep as the ledger info's accumulator.
 * @throws ProofError `proof/version-too-new`, `proof/accumulator-depth`, `proof/accumulator-root`
 */
export const verifyTransactionInfo = (
  verified: VerifiedLedgerInfo,
  version: bigint,
  { ledgerInfoToTransactionInfoProof: proof, transactionInfo: info }: TransactionInfoWithProof,
): TransactionInfo => {
  checkVersion(verified, version);
  const { commitInfo } = verified.ledgerInfo;
  const depth = depthAt(commitInfo.version);
  if (proof.siblings.length !== depth)
    throw new ProofError(
      "proof/accumulator-depth",
      `expected ${depth} siblings at ledger version ${commitInfo.version}, got ${proof.siblings.length}`,
    );
  const leaf = transactionInfoHash(info);
  if (depth > MAX_KNOWN_DEPTH)
    verifyInclusion(hashTransactionAccumulatorNode, commitInfo.executedStateId, leaf, version, proof);
  else verifyAmongKnown(knownNodesOf(verified), hashTransactionAccumulatorNode, leaf, Number(version), proof);
  return info;
};
