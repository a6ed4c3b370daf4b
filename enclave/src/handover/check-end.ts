/** What either end of a hand-over asks of its own side. */

import { RefusedError } from "@pdiem/bridge/error";
import type { Governed } from "@pdiem/bridge/governance/guardians-in-force";
import type { Transcript } from "@pdiem/bridge/handover/transcript";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import type { Share } from "@pdiem/bridge/holders/share";
import { equal } from "@pdiem/light-client/bytes";
import type { Following } from "../state/enclave-state.js";

const demand = (holds: boolean, code: string, message: string): void => {
  if (!holds) throw new RefusedError(`refused/handover-${code}`, message);
};

/** What an enclave holds, or waits for. */
export interface Subject {
  readonly custodyKey: Uint8Array;
  readonly share: Share | undefined;
}

/**
 * Checks that a transcript is about the enclave's own key, and its own slot's share of it.
 * @throws RefusedError `refused/handover-custody-key`, `refused/handover-share`
 */
export const checkSubject = (
  { custodyKey, share }: Subject,
  { custodyKey: named, grant }: Pick<Transcript, "custodyKey" | "grant">,
  isOwnSlot = true,
): void => {
  demand(equal(named, custodyKey), "custody-key", "expected a hand-over of the key that this enclave holds or awaits");
  const isShare =
    share !== undefined &&
    grant !== undefined &&
    equal(publicPackageHash(share.publicPackage), grant.publicPackage) &&
    (!isOwnSlot || share.slot === grant.slot);
  demand(
    isShare || (share === undefined && grant === undefined),
    "share",
    share === undefined
      ? "expected a hand-over of the whole key"
      : `expected one of this key's public package${isOwnSlot ? `, and of slot ${share.slot}'s share` : ""}`,
  );
};

/**
 * Checks that one side of a transcript is this enclave, and that the evidence in it answers this
 * enclave.
 * @param own hand-over key of that side, and the challenge that this enclave drew
 * @throws RefusedError `refused/handover-restarted`, `refused/handover-challenge`,
 * `refused/handover-unsealed`
 */
export const checkEnd = (
  { end, bridgeId, isMaker }: Following,
  own: { readonly handoverKey: Uint8Array; readonly challenge: Uint8Array },
  governed: Governed,
): void => {
  demand(
    equal(own.handoverKey, end.publicKey),
    "restarted",
    "expected a hand-over with this enclave's own hand-over key, which a restart may have changed: begin anew",
  );
  demand(
    end.challenges.isOwn("challenge", bridgeId, own.challenge),
    "challenge",
    "expected the other side's evidence to answer a challenge of this enclave: begin anew",
  );
  // Nobody knows how old a sealed file is, and whether it is the only one: then guardians must have
  // decided.
  demand(
    isMaker || governed !== undefined,
    "unsealed",
    "expected, before genesis, a process that made its keys itself: this one unsealed them, or was given one",
  );
};
