import { z } from "zod";

const duration = z.object({
  /** How many transfers were measured. */
  count: z.int().min(0),
  /** Half of them took no longer, and 95 of 100; ms. Absent where too few have ended. */
  p50: z.number().optional(),
  p95: z.number().optional(),
});

/** How long this bridge's last transfers took, from when they were seen to their proven end. */
export const durationsView = z.object({ deposit: duration, withdrawal: duration });

export type DurationsView = z.output<typeof durationsView>;
