/** What `pdiem check --fix` can do by itself: nothing that touches money or keys. */
import type { Finding } from "../set-up/finding.js";

/** One thing that can be done without harm. */
export interface Mend {
  /** The command or the words for what is done. */
  readonly text: string;
  /** Whether it changes a server that others may use, too: it is done with consent alone. */
  readonly isOthers: boolean;
  /** @throws the system's or the server's error */
  readonly run: () => Promise<unknown>;
}

export interface MendableFinding extends Finding {
  readonly mend?: Mend;
}

/** What came of a mend. */
export interface Mended {
  readonly code: string;
  readonly text: string;
  readonly outcome: "done" | "declined" | "failed";
  /** Why it failed. */
  readonly reason?: string;
}

/** Whether a mend of what others may use is wanted. */
export type Consent = (text: string) => Promise<boolean>;

/** Does what can be done, one after the other. */
export const mendAll = async (findings: readonly MendableFinding[], consent: Consent): Promise<readonly Mended[]> => {
  const mended: Mended[] = [];
  for (const { code, outcome, mend } of findings) {
    if (mend === undefined || outcome === "ok") continue;
    const { text, isOthers, run } = mend;
    if (isOthers && !(await consent(text))) {
      mended.push({ code, text, outcome: "declined" });
      continue;
    }
    try {
      await run();
      mended.push({ code, text, outcome: "done" });
    } catch (error) {
      mended.push({ code, text, outcome: "failed", reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return mended;
};
