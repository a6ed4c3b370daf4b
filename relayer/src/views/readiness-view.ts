import { z } from "zod";

/** What keeps the relayer from its work, or will. */
export const obstacleView = z.object({
  /** Stable, for programs. */
  code: z.string(),
  text: z.string(),
  todo: z.string(),
});

export const obstaclesView = z.array(obstacleView);

export type ObstacleView = z.output<typeof obstacleView>;

/** Answer of `/readyz`: ready, with warnings perhaps, or not, with all that is in the way. */
export const readinessView = z.object({
  status: z.enum(["ready", "not ready"]),
  obstacles: obstaclesView,
  warnings: obstaclesView,
  /** How each part stands, in words. */
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string() })),
});

export type ReadinessView = z.output<typeof readinessView>;
