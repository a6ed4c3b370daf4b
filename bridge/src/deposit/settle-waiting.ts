/**
 * Settling what waits (PROTOCOL 2 to 4): a leaf is cleared once its deposit or release has ended.
 */
import { clearLeaf, verifyLeaf } from "../ledger/list.js";
import { RELEASES, WAITING, type WaitingLeaf } from "../ledger/lists.js";
import { settleAbortedRelease } from "../payout/aborted-release.js";
import type { BatchContext, BatchDraft } from "../settlement/batch-draft.js";
import type { WaitingItem } from "../settlement/items.js";
import { settleDeposit } from "./settle-deposit.js";
import type { WaitingResult } from "./waiting-result.js";

export interface SettledWaiting {
  readonly draft: BatchDraft;
  /** In the order of the items. */
  readonly results: readonly WaitingResult[];
}

const leafOf = ({ type, value }: WaitingItem["content"]): WaitingLeaf =>
  type === "deposit" ? { type, value: value.number } : { type, value: value.index };

const settleContent = (
  context: BatchContext,
  draft: BatchDraft,
  { index: leaf, content }: WaitingItem,
): { readonly draft: BatchDraft; readonly result: WaitingResult } => {
  if (content.type === "deposit") {
    const { number, lookups } = content.value;
    const { draft: changed, result } = settleDeposit(context, draft, number, lookups);
    if (result.type !== "kept") return { draft: changed, result: { leaf, type: "deposit", result } };
    // Clearing a leaf makes no batch, but it counts towards the size.
    const kept = { ...changed, kept: [...changed.kept, number], items: changed.items + 1 };
    return { draft: kept, result: { leaf, type: "deposit", result } };
  }
  const { index, leaf: release, path } = content.value;
  verifyLeaf(RELEASES, context.ledger.releases, index, release, path);
  const { draft: changed, result } = settleAbortedRelease(context, draft, index, release);
  return { draft: changed, result: { leaf, type: "release", result } };
};

/**
 * Settles leaves of `ledger.waiting`, one after the other: each path fits the list that the ones
 * before have left. Those that go on waiting aren't cleared. Must come before anything is appended
 * to the list.
 * @throws RefusedError of `settleDeposit` and `settleAbortedRelease`; ProofError of these,
 * `clearLeaf` and `verifyLeaf`
 */
export const settleWaiting = (
  context: BatchContext,
  draft: BatchDraft,
  items: readonly WaitingItem[],
): SettledWaiting => {
  let settled = draft;
  const results: WaitingResult[] = [];
  for (const item of items) {
    const waiting = clearLeaf(WAITING, settled.waiting, item.index, leafOf(item.content), item.path);
    const { draft: changed, result } = settleContent(context, settled, item);
    results.push(result);
    settled =
      result.result.type === "waits" ? changed : { ...changed, waiting, cleared: [...changed.cleared, item.index] };
  }
  return { draft: settled, results };
};
