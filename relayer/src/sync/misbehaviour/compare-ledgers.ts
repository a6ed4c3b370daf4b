import type { LedgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { diverges, type LedgerHistory, outlives } from "@pdiem/light-client/diem/epochs/misbehaviour";
import type { StateProof } from "@pdiem/light-client/diem/epochs/trusted-state";
import { hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import { appendSubtrees, EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { getAccumulatorConsistencyProof, getStateProof } from "../../chains/diem/calls.js";
import type { DiemClient, DiemNode } from "../../chains/diem/client.js";
import { resultOf } from "../../chains/diem/json-rpc.js";
import { NodeError } from "../../chains/diem/json-rpc-error.js";
import { compareNodes } from "./compare-nodes.js";
import { attempt } from "./judge.js";
import type { LedgerWitness } from "./ledger-witness.js";

/** One node's. */
const MOST_PAIRS = 32;

const stateProofSince = async (node: DiemNode, version: bigint): Promise<StateProof> => {
  const { answers } = await node.batch([getStateProof(version)]);
  return resultOf(answers[0]);
};

/** From `since` on, or, of a node that lags behind that, from `root` on. */
const stateProofOf = async (node: DiemNode, since: bigint, root: bigint): Promise<StateProof> => {
  try {
    return await stateProofSince(node, since);
  } catch (error) {
    if (!(error instanceof NodeError) || since === root) throw error;
    return stateProofSince(node, root);
  }
};

const historyOf = async (node: DiemNode, at: bigint, later: bigint): Promise<LedgerHistory> => {
  const { answers } = await node.batch([
    getAccumulatorConsistencyProof(undefined, at),
    getAccumulatorConsistencyProof(at, later),
  ]);
  const until = resultOf(answers[0]).subtrees;
  return {
    accumulator: appendSubtrees(hashTransactionAccumulatorNode, EMPTY_ACCUMULATOR, until, at + 1n),
    subtrees: resultOf(answers[1]).subtrees,
  };
};

type Pair = readonly [earlier: LedgerInfoWithSignatures, later: LedgerInfoWithSignatures];

const compareHistories = async (node: DiemNode, witness: LedgerWitness, [first, second]: Pair): Promise<void> => {
  if (outlives(second.ledgerInfo, first.ledgerInfo)) {
    witness.examineConflict({ first, second });
    return;
  }
  const at = first.ledgerInfo.commitInfo.version;
  const history = await historyOf(node, at, second.ledgerInfo.commitInfo.version);
  if (attempt(() => diverges(first.ledgerInfo, second.ledgerInfo, history)) === true)
    witness.examineConflict({ first, second, history });
};

const compareNode = async (node: DiemNode, witness: LedgerWitness, root: bigint): Promise<void> => {
  const stateProof = await stateProofOf(node, witness.since() ?? root, root);
  witness.observe({ url: node.url, stateProof });
  const pairs = witness
    .ofKnownSets(stateProof)
    .flatMap((later) => witness.earlier(later).map((earlier): Pair => [earlier, later]));
  for (const pair of pairs.slice(0, MOST_PAIRS)) await compareHistories(node, witness, pair);
};

/**
 * Asks every node, not just the one preferred. Each tells what it shows now, and whether its
 * history is that of what was shown before.
 * @param root version of the configuration's waypoint
 * @returns why nodes couldn't be compared, by URL
 */
export const compareLedgers = (
  client: DiemClient,
  witness: LedgerWitness,
  root: bigint,
): Promise<ReadonlyMap<string, string>> => compareNodes(client.nodes, (node) => compareNode(node, witness, root));
