import { signedTransaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import type { SignedPayment } from "@pdiem/enclave/wire/signing";
import { decode } from "@pdiem/light-client/codec/bcs";
import type { DiemClient } from "../../chains/diem/client.js";
import { submitAll } from "../../chains/diem/submission.js";
import { RpcError } from "../../error.js";

export interface Submitted {
  /**
   * Releases whose numbers have a payment in the node's pool, this one or one of another minute,
   * or are used.
   */
  readonly taken: readonly bigint[];
  /** Releases whose payments are too old, and have to be signed again. */
  readonly expired: readonly bigint[];
  /** The node's words on the lowest that it doesn't take; undefined where there is none. */
  readonly problem: string | undefined;
}

/**
 * Hands payments to one node in rising order. Doing so again is harmless: one executes per sequence
 * number. That a node refuses one isn't believed: what became of it, custody's proven state tells.
 * @param payments sorted by their numbers, at least one
 * @throws RpcError `rpc/payment` with the last node's words where none takes even the lowest
 */
export const submitPayments = (client: DiemClient, payments: readonly SignedPayment[]): Promise<Submitted> =>
  client.run(async (node) => {
    const transactions = payments.map(({ transaction }) => decode(signedTransaction, transaction));
    const answers = await submitAll(node, transactions);
    const indexesOf = (...types: readonly string[]): readonly bigint[] =>
      payments.flatMap(({ index }, i) => (types.includes(answers[i]?.type ?? "") ? [index] : []));
    const problem = answers.find(({ type }) => type === "refused" || type === "full")?.message;
    const isLowestRefused = answers[0]?.type === "refused" || answers[0]?.type === "full";
    if (isLowestRefused)
      throw new RpcError("rpc/payment", `expected a node to take the lowest payment: ${problem}`, "backoff");
    return { taken: indexesOf("accepted", "other-bytes", "used"), expired: indexesOf("expired"), problem };
  });
