/** Taking up deposits in the order of their events (PROTOCOL 3): each ends, or comes to wait. */
import { RefusedError } from "../error.js";
import type { BatchContext, BatchDraft } from "../settlement/batch-draft.js";
import { type Admission, MAX_ADMITTED } from "../settlement/items.js";
import type { DepositResult } from "./deposit-result.js";
import { settleDeposit } from "./settle-deposit.js";

export interface AdmittedDeposits {
  readonly draft: BatchDraft;
  /** In the order of their numbers, those put off left out. */
  readonly results: readonly DepositResult[];
}

const countOf = (admission: Admission): number => (admission.type === "putOff" ? admission.value : 1);

const checkCount = ({ custody }: BatchContext, first: bigint, admissions: readonly Admission[]): void => {
  const total = admissions.reduce((sum, admission) => sum + countOf(admission), 0);
  if (total > MAX_ADMITTED)
    throw new RefusedError("refused/too-many-deposits", `expected at most ${MAX_ADMITTED} deposits, got ${total}`);
  const { count } = custody.account.receivedEvents;
  if (first + BigInt(total) > count)
    throw new RefusedError(
      "refused/no-such-deposit",
      `expected deposits below custody's proven count ${count}, got ${total} from ${first} on: prove newer state`,
      "later",
    );
};

/**
 * Admits the next deposits: settles one, or puts off several unseen, by each admission.
 * @throws RefusedError `refused/too-many-deposits`, `refused/no-such-deposit`, or of
 * `settleDeposit`; ProofError `proof/not-shown`, or of `verifyLeaf`
 */
export const admitDeposits = (
  context: BatchContext,
  draft: BatchDraft,
  admissions: readonly Admission[],
): AdmittedDeposits => {
  checkCount(context, draft.deposits, admissions);
  let settled = draft;
  let number = draft.deposits;
  const waiting: bigint[] = [];
  const kept: bigint[] = [];
  const results: DepositResult[] = [];
  for (const admission of admissions) {
    if (admission.type === "putOff") {
      for (let i = 0; i < admission.value; i++) waiting.push(number++);
      continue;
    }
    const one = settleDeposit(context, settled, number, admission.value);
    settled = one.draft;
    results.push(one.result);
    if (one.result.type === "waits") waiting.push(number);
    if (one.result.type === "kept") kept.push(number);
    number += 1n;
  }
  // What waits or is kept makes no batch, but it counts towards the size: only what is put off is
  // free.
  const others = results.filter(({ type }) => type === "waits" || type === "kept").length;
  return {
    draft: {
      ...settled,
      deposits: number,
      waitingDeposits: [...settled.waitingDeposits, ...waiting],
      kept: [...settled.kept, ...kept],
      items: settled.items + others,
    },
    results,
  };
};
