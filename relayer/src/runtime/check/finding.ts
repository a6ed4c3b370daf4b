/** What a comparison of a runtime with the bridge's expectations finds. */

/**
 * `differs`: the bridge can't run on it. `note`: it can, and people should know. `ok`: as
 * expected.
 */
export type Outcome = "ok" | "note" | "differs";

export type Part = "storage" | "calls" | "extrinsics" | "extensions" | "metadata hash" | "constants" | "interfaces";

export interface Finding {
  readonly part: Part;
  /** Named as the runtime names it, such as `Assets.mint`. */
  readonly subject: string;
  readonly outcome: Outcome;
  /** What is there, in a few words. */
  readonly found: string;
  /** What should be; only where it isn't. */
  readonly expected?: string;
  /** What follows for the bridge; only where there is something to know. */
  readonly meaning?: string;
}

export const ok = (part: Part, subject: string, found: string): Finding => ({ part, subject, outcome: "ok", found });

export const note = (part: Part, subject: string, found: string, meaning: string): Finding => ({
  part,
  subject,
  outcome: "note",
  found,
  meaning,
});

export const differs = (
  part: Part,
  subject: string,
  { found, expected, meaning }: { readonly found: string; readonly expected: string; readonly meaning: string },
): Finding => ({ part, subject, outcome: "differs", found, expected, meaning });
