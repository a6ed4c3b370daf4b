import { z } from "zod";

const currencyLimits = z.object({
  code: z.string(),
  minimum: z.string(),
  maximum: z.string(),
  mint: z.string(),
  release: z.string(),
  refund: z.string(),
});

/**
 * What guardians have decided, by the ledger in force: what is due counts. Amounts in smallest
 * units.
 */
const inForceView = z.object({
  paused: z.boolean(),
  amnesty: z.boolean(),
  guardians: z.object({ keys: z.array(z.string()), threshold: z.int(), freezer: z.string() }),
  limits: z.object({
    batch: z.object({ calls: z.int(), bytes: z.int() }),
    currencies: z.array(currencyLimits),
  }),
  /** What code may hold the key. */
  measurements: z.array(z.object({ tee: z.string(), value: z.string() })),
  /** The newest set of each chain whose misbehaviour counted. */
  misbehaved: z.object({ diem: z.string().optional(), relay: z.string().optional() }),
});

/**
 * Decisions and what they have led to. Bytes are hex without prefix, times ms as decimal strings.
 */
export const decisionsView = z.object({
  bridgeId: z.string(),
  /** How many decisions were taken. */
  count: z.string(),
  /** Hash of the governance state: the next decision is signed over it. */
  hash: z.string(),
  /** The ledger's active time, which delays run in: only settlements make it pass. */
  active: z.string(),
  frozen: z.boolean(),
  inForce: inForceView,
  /** What is in force once `left` of active time has passed, unless it is cancelled before. */
  delayed: z.array(z.object({ text: z.array(z.string()), from: z.string(), due: z.string(), left: z.string() })),
  /**
   * Each hand-over of the key that was ever decided: `open` and `closed` ones may have given it to
   * the receiver.
   */
  handovers: z.array(
    z.object({
      transcript: z.string(),
      /** Places among all decisions, from 1. */
      decisions: z.array(z.int()),
      state: z.enum(["delayed", "open", "closed", "cancelled"]),
    }),
  ),
  /** Who may hold the key by now, in words. */
  holders: z.array(z.string()),
  pending: z.array(
    z.object({
      id: z.string(),
      text: z.array(z.string()),
      signatures: z.int(),
      /** Threshold of the guardians in force. */
      threshold: z.int(),
      /** Whether all have signed who must: new guardians sign, too. */
      isComplete: z.boolean(),
      /** Why the last batch didn't take it. */
      refused: z.string().optional(),
      /** File that `formatDecisionFile` writes; none for evidence. */
      file: z.unknown().optional(),
    }),
  ),
});

export type DecisionsView = z.output<typeof decisionsView>;
