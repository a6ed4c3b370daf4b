import { z } from "zod";

/**
 * The ledger in force with its governance state, as a relayer has them. Whoever doesn't believe it
 * proves the ledger's anchor, which vouches for both.
 */
export const ledgerView = z.object({
  /** 32 bytes each, hex. */
  bridgeId: z.string(),
  issuer: z.string(),
  /** The newest block that the relayer has proven, and its time, ms since 1970. */
  block: z.int().min(0),
  time: z.string().regex(/^[0-9]{1,20}$/),
  /** Supplies of the wrapped assets there, in the order of the configuration, in smallest units. */
  supplies: z.array(z.string().regex(/^[0-9]{1,39}$/)).max(64),
  /** Whether guardians have frozen any of the assets there. */
  frozen: z.boolean(),
  /** The anchor, 32 bytes, and BCS of the two; hex. Absent before genesis. */
  current: z.object({ anchor: z.string(), ledger: z.string(), governance: z.string() }).optional(),
});

export type LedgerView = z.output<typeof ledgerView>;
