/** What one slot gives another in a ceremony: boxed as a hand-over's key is (PROTOCOL 7a). */

import { RefusedError } from "@pdiem/bridge/error";
import type { Part } from "@pdiem/bridge/holders/roll";
import { utf8 } from "@pdiem/light-client/bytes";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { isPdiemError } from "@pdiem/light-client/error";
import { type Channel, openBox, sealBox } from "../handover/box.js";
import type { HandoverEnd } from "../handover/handover-end.js";

/** One end of the boxes of a roll. */
export interface BoxEnd {
  readonly end: Pick<HandoverEnd, "privateKey">;
  readonly slot: number;
  readonly roll: { readonly hash: Uint8Array; readonly parts: readonly Part[] };
}

const TAG = utf8("pdiem/ceremony-box/v1");

const channelOf = ({ end, roll }: BoxEnd, sender: number, receiver: number, other: number): Channel => ({
  own: end.privateKey,
  theirs: roll.parts[other - 1]?.handoverKey ?? new Uint8Array(),
  transcript: blake2b256(TAG, roll.hash, Uint8Array.of(sender, receiver)),
});

/** Boxes 32 secret bytes for another slot of the roll. @throws RefusedError of `sealBox` */
export const boxTo = (from: BoxEnd, receiver: number, share: Uint8Array): Uint8Array =>
  sealBox(channelOf(from, from.slot, receiver, receiver), share);

/**
 * Opens a box of another slot of the roll. Whoever carried it may have changed it.
 * @throws RefusedError `refused/ceremony-box`
 */
export const openFrom = (to: BoxEnd, sender: number, box: Uint8Array): Uint8Array => {
  try {
    return openBox(channelOf(to, sender, to.slot, sender), box);
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    throw new RefusedError(
      "refused/ceremony-box",
      `expected a box of slot ${sender} for this one, of this roll: it was changed on its way or there, begin anew`,
      "never",
      { cause },
    );
  }
};
