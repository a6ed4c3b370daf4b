/** Chains of headers by their parent hashes. */
import { equal, toHex } from "../../bytes.js";
import { ProofError } from "../../error.js";
import { type Header, headerHash } from "./header.js";

export interface HashedHeader {
  readonly header: Header;
  readonly hash: Uint8Array;
}

/**
 * Checks that headers, oldest first, lead down from `child`. Each is the parent of the next, the
 * last that of `child`. Authentic as far as `child` is. Each is hashed once.
 * @throws ProofError `proof/ancestry`
 */
export const linkAncestors = (child: Header, headers: readonly Header[]): readonly HashedHeader[] => {
  const linked: HashedHeader[] = [];
  let next = child;
  for (const header of headers.toReversed()) {
    const hash = headerHash(header);
    if (!equal(hash, next.parentHash) || header.number + 1 !== next.number)
      throw new ProofError(
        "proof/ancestry",
        `expected the parent 0x${toHex(next.parentHash)} of block ${next.number}, got ${header.number} 0x${toHex(hash)}`,
      );
    linked.push({ header, hash });
    next = header;
  }
  return linked.reverse();
};
