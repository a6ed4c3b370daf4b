/** What either end of a hand-over asks of its own side. */

import { RefusedError } from "@pdiem/bridge/error";
import type { Governed } from "@pdiem/bridge/governance/guardians-in-force";
import type { Party } from "@pdiem/bridge/handover/transcript";
import { equal } from "@pdiem/light-client/bytes";
import type { Following } from "../state/enclave-state.js";

const demand = (holds: boolean, code: string, message: string): void => {
  if (!holds) throw new RefusedError(`refused/handover-${code}`, message);
};

/**
 * Checks that one side of a transcript is this enclave, and that the other side answered it.
 * @throws RefusedError `refused/handover-restarted`, `refused/handover-challenge`,
 * `refused/handover-unsealed`
 */
export const checkEnd = ({ end, bridgeId, isMaker }: Following, own: Party, other: Party, governed: Governed): void => {
  demand(
    equal(own.handoverKey, end.publicKey),
    "restarted",
    "expected a hand-over with this enclave's own hand-over key, which a restart may have changed: begin anew",
  );
  demand(
    end.challenges.isOwn("challenge", bridgeId, other.challenge),
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
