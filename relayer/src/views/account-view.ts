import { z } from "zod";

/**
 * An account's registration. By `proof`, anyone can check that the address pays this account and no
 * other.
 */
export const accountView = z.object({
  account: z.string(),
  /** Metadata that pays the account without registration, for wallets that can set it; hex. */
  rawMetadata: z.string(),
  registered: z
    .object({
      index: z.int().min(0),
      /** DIP-5. */
      address: z.string(),
      /** Siblings that prove the leaf in the accounts of this ledger, whose BCS it is; hex. */
      proof: z.object({ path: z.array(z.string()).max(63), ledger: z.string() }),
    })
    .optional(),
  waitingFor: z.string().optional(),
});

export type AccountView = z.output<typeof accountView>;
