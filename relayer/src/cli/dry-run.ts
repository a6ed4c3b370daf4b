/** What a command would send, shown instead of being sent. */
import type { Output } from "./output.js";

export interface DryRunOptions {
  /** Shows what would be sent, and sends nothing. */
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** The option of commands that send something. */
export const DRY_RUN = ["--dry-run", "show what would be sent, and send nothing"] as const;

/** One thing that would be sent: to whom, in words, and the bytes or the JSON. */
export interface Sending {
  readonly what: string;
  readonly to: string;
  readonly content: unknown;
}

const textOf = (content: unknown): string => (typeof content === "string" ? content : JSON.stringify(content));

/** Shows what would be sent, in order. */
export const showSendings = (sendings: readonly Sending[], { json }: DryRunOptions, output: Output): void => {
  if (json === true) {
    output.out(JSON.stringify({ dryRun: true, sendings }));
    return;
  }
  for (const { what, to, content } of sendings) output.out(`would send ${what} to ${to}\n  ${textOf(content)}`);
  output.out("Nothing was sent.");
};
