import { z } from "zod";

/**
 * Fees that nobody has claimed yet, by the ledger in force. Bytes are hex without prefix, amounts
 * decimal strings.
 */
export const feesView = z.object({
  /** The parachain account that fees are minted to, and no other. */
  feeAccount: z.string(),
  currencies: z.array(
    z.object({
      code: z.string(),
      accrued: z.string(),
      /** Whether a batch is to mint them. */
      isClaimed: z.boolean(),
      /** Why the last batch didn't. */
      waitingFor: z.string().optional(),
    }),
  ),
});

export type FeesView = z.output<typeof feesView>;
