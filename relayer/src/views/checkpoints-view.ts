import { z } from "zod";

/** Until when the bridge signs anything. Times are ms since 1970 as decimal strings. */
export const checkpointTermView = z.object({
  lapsesAt: z.string(),
  remainingSeconds: z.number(),
  state: z.enum(["running", "soon", "lapsed"]),
  text: z.string(),
});

export type CheckpointTermView = z.output<typeof checkpointTermView>;

/** Checkpoints and what they have led to. Bytes are hex without prefix. */
export const checkpointsView = z.object({
  bridgeId: z.string(),
  /** Missing until the enclave and the chains have been asked. */
  term: checkpointTermView.optional(),
  /** Newest first. */
  checkpoints: z.array(
    z.object({
      id: z.string(),
      text: z.array(z.string()),
      signatures: z.int(),
      /** Threshold of the guardians in force. */
      threshold: z.int(),
      /** Whether the enclave goes by it. */
      kept: z.boolean(),
      /** Why the enclave didn't take it. */
      refused: z.string().optional(),
      /** File that `formatCheckpointFile` writes. */
      file: z.unknown(),
    }),
  ),
});

export type CheckpointsView = z.output<typeof checkpointsView>;
