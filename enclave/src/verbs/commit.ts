import { RefusedError } from "@pdiem/bridge/error";
import { PAYOUT_WINDOW } from "@pdiem/bridge/payout/payment-request";
import type { Verb } from "./verb.js";

/** Commits to nonces of signatures to come: the first round of signing together (PROTOCOL 7a). */
export const commit: Verb<"commit"> = ({ kept, key }, { count }) => ({
  kept,
  respond: () => {
    if (count > PAYOUT_WINDOW)
      throw new RefusedError("refused/commitments", `expected to be asked for ${PAYOUT_WINDOW} at most, got ${count}`);
    return { commitments: key.commit(count) };
  },
});
