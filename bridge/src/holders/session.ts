/** The second round of signing together: who signs what, with which nonces (PROTOCOL 7a). */
import { equal, utf8 } from "@pdiem/light-client/bytes";
import { type Decoded, fixedBytes, struct, u8, vector } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { type Holders, MAX_SLOTS } from "../config/holders.js";
import { RefusedError } from "../error.js";

/** What a holder has committed to for one signature: points that its nonces are the scalars of. */
export const nonceCommitments = struct({ hiding: fixedBytes(32), binding: fixedBytes(32) });
export type NonceCommitments = Decoded<typeof nonceCommitments>;

const slotCommitments = struct({ slot: u8, nonces: nonceCommitments });

export const session = struct({
  /** The asked holder's own, as it gave it with its commitments. */
  handle: fixedBytes(32),
  /** One for each of as many slots as sign, in rising order: the same list for all of them. */
  commitments: vector(slotCommitments, MAX_SLOTS),
  /** `messageHash` of what is to be signed. */
  message: fixedBytes(32),
});
export type Session = Decoded<typeof session>;

const TAG = utf8("pdiem/message/v1");

/** Computes the 32 bytes by which a session names its message: blake2b-256 of a tag and it. */
export const messageHash = (message: Uint8Array): Uint8Array => blake2b256(TAG, message);

const demand = (holds: boolean, code: string, message: string): void => {
  if (!holds) throw new RefusedError(`refused/session-${code}`, message);
};

/**
 * Checks that a session is one of this holder's about the message. Whether the points are good
 * ones is checked where they are added up.
 * @param own its slot, and what it committed to under the handle
 * @param message as the holder has derived it by itself
 * @throws RefusedError `refused/session-message`, `refused/session-commitments`
 */
export const checkSession = (
  { threshold, slots }: Pick<Holders, "threshold" | "slots">,
  own: { readonly slot: number; readonly nonces: NonceCommitments },
  { commitments, message: hash }: Session,
  message: Uint8Array,
): void => {
  demand(
    equal(hash, messageHash(message)),
    "message",
    "expected the message that this holder derives: ask with the same facts that were simulated with",
  );
  demand(
    commitments.length === threshold,
    "commitments",
    `expected commitments of ${threshold} slots, got ${commitments.length}`,
  );
  for (const [i, { slot }] of commitments.entries())
    demand(
      slot > (commitments[i - 1]?.slot ?? 0) && slot <= slots.length,
      "commitments",
      `expected rising slots from 1 to ${slots.length}, got ${slot}`,
    );
  const mine = commitments.find(({ slot }) => slot === own.slot)?.nonces;
  demand(
    mine !== undefined && equal(mine.hiding, own.nonces.hiding) && equal(mine.binding, own.nonces.binding),
    "commitments",
    `expected among them those that slot ${own.slot} gave with the handle`,
  );
};
