import { z } from "zod";

/**
 * What `pdiem check --json` writes. Fields are added and never change their meaning while `schema`
 * stays the same.
 */
export const checkView = z.strictObject({
  schema: z.literal(1),
  /** `undecided`: no fault, and not everything could be looked at. */
  verdict: z.enum(["ready", "faults", "undecided"]),
  /** 0x-hex; null where the configuration isn't one. */
  bridgeId: z.string().nullable(),
  findings: z.array(
    z.strictObject({
      /** Such as `redis`. */
      area: z.string(),
      /** Stable, such as `redis/evicts`: what was looked at, whatever came of it. */
      code: z.string(),
      name: z.string(),
      outcome: z.enum(["ok", "fault", "warning", "not-looked-at"]),
      expected: z.string(),
      found: z.string(),
      /** What to do, where it isn't as it should be. */
      cure: z.string().nullable(),
      /** What `--fix` would do. */
      fix: z.string().nullable(),
    }),
  ),
  /** What `--fix` has done before all this was looked at. */
  mended: z.array(
    z.strictObject({
      code: z.string(),
      text: z.string(),
      outcome: z.enum(["done", "declined", "failed"]),
      reason: z.string().nullable(),
    }),
  ),
});

export type CheckView = z.output<typeof checkView>;
