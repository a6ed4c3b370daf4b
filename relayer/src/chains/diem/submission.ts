/**
 * What a node says to a payment that it is handed. A hint: what became of it is proven by
 * custody's state.
 */
import { submit } from "./calls.js";
import type { DiemNode } from "./client.js";
import { type Answer, MAX_BATCH } from "./json-rpc.js";
import type { NodeError } from "./json-rpc-error.js";

export type Submission =
  /** In the node's mempool, where it waits for lower sequence numbers. */
  | "accepted"
  /**
   * The mempool holds as many of the account as it takes. The lowest must go first, and again once
   * some are through.
   */
  | "full"
  /** Other bytes for its sequence number are in the mempool. */
  | "other-bytes"
  /** It can't execute any more: it is signed again where its number is unused. */
  | "expired"
  /** Its sequence number is used. */
  | "used"
  /** Refused for another reason, which the message tells. */
  | "refused";

export interface SubmissionAnswer {
  readonly type: Submission;
  /** The node's own words; undefined where it took it. */
  readonly message: string | undefined;
}

const INVALID_UPDATE = -32010n;
const TOO_MANY = -32009n;
const INVALID_SEQUENCE_NUMBER = -32007n;
/** Diem's StatusCode. */
const SEQUENCE_NUMBER_TOO_OLD = 3n;
const TRANSACTION_EXPIRED = 6n;

/** Tells what a refusal means; `refused` for whatever isn't told apart. */
export const submissionOf = ({ rpcCode, statusCode }: Pick<NodeError, "rpcCode" | "statusCode">): Submission => {
  if (rpcCode === TOO_MANY) return "full";
  if (rpcCode === INVALID_UPDATE) return "other-bytes";
  if (rpcCode === INVALID_SEQUENCE_NUMBER || statusCode === SEQUENCE_NUMBER_TOO_OLD) return "used";
  return statusCode === TRANSACTION_EXPIRED ? "expired" : "refused";
};

const readAnswer = (answer: Answer<undefined>): SubmissionAnswer =>
  answer.ok
    ? { type: "accepted", message: undefined }
    : { type: submissionOf(answer.error), message: answer.error.message };

/**
 * Hands transactions to one node in this order, as its mempool needs them: rising by sequence
 * number.
 * @param transactions BCS, as they were signed
 * @throws RpcError where the node can't be asked
 */
export const submitAll = async (
  node: DiemNode,
  transactions: readonly Uint8Array[],
): Promise<readonly SubmissionAnswer[]> => {
  const answers: SubmissionAnswer[] = [];
  for (let from = 0; from < transactions.length; from += MAX_BATCH) {
    const batch = await node.batch(transactions.slice(from, from + MAX_BATCH).map(submit));
    answers.push(...batch.answers.map(readAnswer));
  }
  return answers;
};
