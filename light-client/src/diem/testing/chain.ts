import type { EpochState } from "../epochs/epoch-state.js";
import type { LedgerInfoWithSignatures } from "../epochs/ledger-info.js";
import { hashTransactionAccumulatorNode } from "../hashing.js";
import type { FrozenAccumulator } from "../proofs/accumulator-append.js";
import { buildAccumulatorTree } from "./accumulator-tree.js";
import { hashOfText, ledgerInfoAt } from "./ledger.js";
import { epochStateOf, signLedgerInfo, type Validator, validators } from "./validators.js";

/** Versions in each epoch but genesis, which is version 0 and epoch 0. */
const EPOCH_LENGTH = 5;

/**
 * A chain of epochs whose validators change one by one, each ledger info signed by just a quorum
 * of four.
 */
export interface TestChain {
  /** Ledger infos that end epochs 0, 1, …; genesis unsigned. */
  readonly epochEnds: readonly LedgerInfoWithSignatures[];
  /** Gives the signed ledger info of an epoch at some version within it. */
  readonly ledgerInfo: (epoch: number, version: number) => LedgerInfoWithSignatures;
  readonly epochState: (epoch: number) => EpochState;
  readonly accumulator: (version: number) => FrozenAccumulator;
  readonly consistency: (from: number, to: number) => readonly Uint8Array[];
}

export const endOf = (epoch: number): number => epoch * EPOCH_LENGTH;

const setOf = (epoch: number): readonly Validator[] => validators(4, epoch);

export const buildChain = (epochs: number): TestChain => {
  const leaves = Array.from({ length: endOf(epochs + 1) + 1 }, (_, i) => hashOfText(`transaction ${i}`));
  const treeAt = (version: number) =>
    buildAccumulatorTree(hashTransactionAccumulatorNode, leaves.slice(0, version + 1));
  const epochState = (epoch: number): EpochState => epochStateOf(BigInt(epoch), setOf(epoch));
  const ledgerInfo = (epoch: number, version: number, next?: EpochState): LedgerInfoWithSignatures => {
    const unsigned = ledgerInfoAt(version, treeAt(version).root, BigInt(epoch), next);
    return signLedgerInfo(unsigned, epoch === 0 ? [] : setOf(epoch).slice(0, 3));
  };
  return {
    epochEnds: Array.from({ length: epochs }, (_, epoch) => ledgerInfo(epoch, endOf(epoch), epochState(epoch + 1))),
    ledgerInfo,
    epochState,
    accumulator: (version) => treeAt(version).frozen,
    consistency: (from, to) => treeAt(to).proveConsistency(from + 1),
  };
};
