/**
 * A relay chain's header that its authorities have finalized. It can't be written down, as it comes
 * from the checks here. So code that holds one knows that its state root is the chain's.
 */
import { equal, toHex } from "../../bytes.js";
import { ProofError } from "../../error.js";
import { linkAncestors } from "./ancestry.js";
import type { AuthoritySet } from "./authority-set.js";
import { type Header, headerHash } from "./header.js";
import type { Justification } from "./justification.js";
import { verifyJustification } from "./vote-tally.js";

const verifiedBrand: unique symbol = Symbol("verified relay header");

export interface VerifiedRelayHeader {
  readonly [verifiedBrand]: true;
  readonly header: Header;
  readonly hash: Uint8Array;
  /**
   * The set whose signatures finalize the block, its own or a descendant's. It is undefined where
   * only a trusted hash vouches for it. Checkpoints go by this one, not by sets that headers name.
   */
  readonly signedBy: AuthoritySet | undefined;
}

const create = (header: Header, hash: Uint8Array, signedBy: AuthoritySet | undefined): VerifiedRelayHeader => ({
  [verifiedBrand]: true,
  header,
  hash,
  signedBy,
});

/**
 * Checks the header of a block that was verified before, or is trusted by configuration.
 * @throws ProofError `proof/target-header` if it is another's
 */
export const verifyTrusted = (trusted: Uint8Array, header: Header): VerifiedRelayHeader => {
  const hash = headerHash(header);
  if (!equal(hash, trusted))
    throw new ProofError(
      "proof/target-header",
      `expected the header of block 0x${toHex(trusted)}, got 0x${toHex(hash)}`,
    );
  return create(header, hash, undefined);
};

/**
 * Checks the header of a justification's target.
 * @throws ProofError `proof/target-header` if it is another's, or of `verifyJustification`
 */
export const verifyTarget = (set: AuthoritySet, justification: Justification, header: Header): VerifiedRelayHeader => {
  const { targetHash, targetNumber } = justification.commit;
  const hash = headerHash(header);
  if (!equal(hash, targetHash) || header.number !== targetNumber)
    throw new ProofError(
      "proof/target-header",
      `expected the header of block ${targetNumber} 0x${toHex(targetHash)}, got ${header.number} 0x${toHex(hash)}`,
    );
  verifyJustification(set, justification, true);
  return create(header, hash, { setId: set.setId, authorities: set.authorities });
};

/**
 * Verifies ancestors of a verified header, oldest first.
 * @throws ProofError of `linkAncestors`
 */
export const verifyAncestors = (
  verified: VerifiedRelayHeader,
  headers: readonly Header[],
): readonly VerifiedRelayHeader[] =>
  linkAncestors(verified.header, headers).map(({ header, hash }) => create(header, hash, verified.signedBy));
