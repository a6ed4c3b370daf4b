/**
 * What helpers give each other and the receiver in a repair: boxed as a hand-over's key is, bound
 * to the points that it must fit. So points that were changed on their way open nothing, and
 * accuse nobody (PROTOCOL 7a).
 */
import { RefusedError } from "@pdiem/bridge/error";
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { isPdiemError } from "@pdiem/light-client/error";
import { type Channel, openBox } from "../handover/box.js";
import type { HandoverEnd } from "../handover/handover-end.js";
import type { Rows } from "../wire/repair.js";

/** From which slot to which, in which repair. */
export interface RepairBox {
  readonly end: Pick<HandoverEnd, "privateKey">;
  /** Hand-over key of the other side. */
  readonly theirs: Uint8Array;
  /** The transcript's hash, 32 bytes. */
  readonly transcript: Uint8Array;
  readonly from: number;
  /** The lost one for the receiver. */
  readonly to: number;
  /** An addend's are those of its helper, a sum's all. */
  readonly rows: Rows;
}

const TAG = utf8("pdiem/repair-box/v1");

export const channelOf = ({ end, theirs, transcript, from, to, rows }: RepairBox): Channel => ({
  own: end.privateKey,
  theirs,
  transcript: blake2b256(TAG, transcript, Uint8Array.of(from, to), concat(...rows.flat())),
});

/** Opens one. Whoever carried it may have changed it. @throws RefusedError `refused/repair-box` */
export const openRepairBox = (from: RepairBox, box: Uint8Array): Uint8Array => {
  try {
    return openBox(channelOf(from), box);
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    throw new RefusedError(
      "refused/repair-box",
      `expected slot ${from.from}'s box for this enclave, of this repair and these points: it was changed on its way or there`,
      "never",
      { cause },
    );
  }
};
