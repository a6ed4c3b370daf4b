/** Questions to whoever sits at the terminal. */
import { createInterface } from "node:readline/promises";

/** Asks, and gives the answer without space around it; undefined where the input has ended. */
export type Ask = (question: string) => Promise<string | undefined>;

/** Whether somebody can be asked. */
export const isTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks at the terminal, on standard error: what scripts read stays apart. */
export const askTerminal: Ask = async (question) => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((resolve) => lines.once("close", () => resolve(undefined)));
  try {
    return (await Promise.race([lines.question(question), ended]))?.trim();
  } finally {
    lines.close();
  }
};

/** Asks for a yes. Nobody there is a no. */
export const confirm = async (question: string): Promise<boolean> =>
  isTerminal() && /^y(?:es)?$/i.test((await askTerminal(`${question} [y/N] `)) ?? "");
