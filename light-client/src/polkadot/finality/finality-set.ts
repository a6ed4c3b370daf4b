/**
 * Finds which authority set must have finalized a block, and which one comes after it. The changes
 * that headers announce tell.
 */
import { equal } from "../../bytes.js";
import { type Decoded, encode, struct, u32 } from "../../codec/scale.js";
import { ProofError } from "../../error.js";
import { type Authority, type AuthoritySet, authorityList } from "./authority-set.js";
import { type Header, headerHash } from "./header.js";
import { setChange } from "./set-change.js";

/** An announced change that isn't in force yet. */
export const pendingChange = struct({
  /** The last block that the present set finalizes. */
  lastBlock: u32,
  authorities: authorityList,
});
export type PendingChange = Decoded<typeof pendingChange>;

/** A set, the change that awaits it, and the last block known to be finalized. */
export interface SetAt extends AuthoritySet {
  readonly finalized: { readonly number: number };
  readonly pending?: PendingChange | undefined;
}

export interface FinalityOptions {
  /**
   * Hashes of blocks whose forced change is believed. Nothing on chain vouches for a forced change,
   * as it replaces a set that can't finalize any more. Only configuration can.
   */
  readonly forcedChanges?: readonly Uint8Array[] | undefined;
}

type Pending = Pick<SetAt, "setId" | "authorities" | "pending">;

const sameAuthorities = (a: readonly Authority[], b: readonly Authority[]): boolean =>
  equal(encode(authorityList, a), encode(authorityList, b));

/** Copies, so that a state of a few kilobytes doesn't keep a whole proof in memory. */
const copyAuthorities = (authorities: readonly Authority[]): readonly Authority[] =>
  authorities.map(({ id, weight }) => ({ id: Uint8Array.from(id), weight }));

const onlyChange = (pending: PendingChange | undefined, next: PendingChange): PendingChange => {
  if (
    pending !== undefined &&
    (pending.lastBlock !== next.lastBlock || !sameAuthorities(pending.authorities, next.authorities))
  )
    throw new ProofError(
      "proof/set-changes",
      `expected one set change at a time, got one at block ${pending.lastBlock} and another at ${next.lastBlock}`,
    );
  return next;
};

/**
 * Finds the set that must have voted for the last of `chain`, with the change pending there, if
 * any.
 * @param chain headers up to the block to be finalized, which may begin below the last finalized
 * one; not verified yet
 * @throws ProofError `proof/set-change-passed` if the block lies beyond the set's last.
 * `proof/forced-change` for a forced change that no option names or that isn't in force at the
 * block. `proof/set-changes` for overlapping changes.
 */
export const votingSet = (state: SetAt, chain: readonly Header[], options: FinalityOptions): Pending => {
  const target = chain.at(-1)?.number ?? state.finalized.number;
  let set: Pending = { setId: state.setId, authorities: state.authorities, pending: state.pending };
  for (const header of chain) {
    const announced = setChange(header);
    if (announced === undefined) continue;
    const lastBlock = header.number + announced.change.delay;
    // What took effect before the last finalized block is in the state already.
    if (lastBlock <= state.finalized.number) continue;
    const authorities = copyAuthorities(announced.change.nextAuthorities);
    if (announced.type === "scheduled") {
      set = { ...set, pending: onlyChange(set.pending, { lastBlock, authorities }) };
      continue;
    }
    const hash = headerHash(header);
    const isNamed = options.forcedChanges?.some((named) => equal(named, hash)) === true;
    if (!isNamed || lastBlock >= target)
      throw new ProofError(
        "proof/forced-change",
        `expected no forced change, block ${header.number} announces one for block ${lastBlock}: name the block in the ` +
          "configuration if you trust it, and prove a block above",
      );
    set = { setId: set.setId + 1n, authorities, pending: undefined };
  }
  if (set.pending !== undefined && set.pending.lastBlock < target)
    throw new ProofError(
      "proof/set-change-passed",
      `expected a block up to ${set.pending.lastBlock}, where set ${set.setId} ends, got ${target}: prove that one first`,
    );
  return set;
};

/**
 * Finds the set in force above the last of `chain`, if that is the last block of a set.
 * @param chain headers, each the parent of the next, up to a block that the set `setId` has
 * finalized
 * @throws ProofError `proof/set-changes` if two changes take effect there, or of `setChange`
 */
export const setAfter = (setId: bigint, chain: readonly Header[]): AuthoritySet | undefined => {
  const lastBlock = chain.at(-1)?.number;
  let next: PendingChange | undefined;
  for (const header of chain) {
    const announced = setChange(header);
    if (announced?.type !== "scheduled" || header.number + announced.change.delay !== lastBlock) continue;
    next = onlyChange(next, { lastBlock, authorities: copyAuthorities(announced.change.nextAuthorities) });
  }
  return next === undefined ? undefined : { setId: setId + 1n, authorities: next.authorities };
};
