/**
 * How a checkpoint shows that it was signed while a process lives (PROTOCOL 7): a rolled-back one
 * draws others.
 */
import { equal } from "@pdiem/light-client/bytes";
import { type Checkpoint, MAX_NONCES, nonceListHash } from "../checkpoint/checkpoint.js";
import { RefusedError } from "../error.js";

/**
 * Checks that the checkpoint carries a list of nonces of which the process drew one.
 * @param nonces the list, 32 bytes each
 * @param isOwnNonce whether this very process drew the nonce
 * @throws RefusedError `refused/checkpoint-nonces`
 */
export const checkOwnNonce = (
  checkpoint: Pick<Checkpoint, "nonces"> | undefined,
  nonces: readonly Uint8Array[],
  isOwnNonce: (nonce: Uint8Array) => boolean,
): void => {
  const carried = checkpoint?.nonces;
  const isCarried = carried !== undefined && nonces.length <= MAX_NONCES && equal(nonceListHash(nonces), carried);
  if (!isCarried || !nonces.some(isOwnNonce))
    throw new RefusedError(
      "refused/checkpoint-nonces",
      "expected a checkpoint with a nonce that this process drew: guardians have to sign one",
      "later",
    );
};
