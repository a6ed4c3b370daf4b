import type { SignatureBatch } from "../../crypto/ed25519.js";
import { isPdiemError } from "../../error.js";
import type { LedgerUpdate } from "./ledger-way.js";
import { quorumSignatures } from "./quorum.js";
import type { TrustedState } from "./trusted-state.js";

/**
 * Lists the signatures that `ratchet` is about to check, one ledger info after the other, for
 * `verifyAhead`. It ends where they would be refused. Nothing that it lists is believed.
 */
export function* epochSignatures(
  state: TrustedState,
  { epochChangeProof, latest }: LedgerUpdate,
): Generator<SignatureBatch, void> {
  let validators = state.type === "epochState" ? state.value.epochState : undefined;
  try {
    for (const signed of [...epochChangeProof.ledgerInfos, latest]) {
      const { epoch, nextEpochState } = signed.ledgerInfo.commitInfo;
      // What is older is passed over, and nobody's signature vouches for what a waypoint names.
      if (validators !== undefined && epoch < validators.epoch) continue;
      if (validators !== undefined) yield quorumSignatures(validators, signed);
      validators = nextEpochState ?? validators;
    }
  } catch (error) {
    if (!isPdiemError(error)) throw error;
  }
}
