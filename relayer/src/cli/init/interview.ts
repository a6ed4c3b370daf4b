/** Asks whoever sits at the terminal what the options haven't said. */
import type { Ask } from "../prompt.js";
import { QUESTIONS, type Question, readAnswers } from "./questions.js";

/** Answers by the questions' flags. */
export type Answers = ReadonlyMap<string, unknown>;

const TRIES = 3;

const split = ({ isList = false }: Question, line: string): readonly string[] =>
  isList ? line.split(/[\s,]+/).filter((one) => one !== "") : [line];

/** @returns undefined where it is left open */
const askOne = async (question: Question, present: string | undefined, ask: Ask, tell: (text: string) => void) => {
  const { text, isList = false } = question;
  const hint = present === undefined ? "empty: later" : present;
  for (let tries = 0; tries < TRIES; tries++) {
    const line = await ask(`${text}${isList ? ", between spaces" : ""} [${hint}] `);
    if (line === undefined || line === "") return undefined;
    try {
      return readAnswers(question, split(question, line));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      tell(error.message);
    }
  }
  return undefined;
};

/**
 * Asks all questions that aren't answered yet.
 * @param present gives the value that is written where nothing is answered; undefined for none
 */
export const interview = async (
  given: Answers,
  present: (question: Question) => string | undefined,
  ask: Ask,
  tell: (text: string) => void,
): Promise<Answers> => {
  const answers = new Map(given);
  for (const question of QUESTIONS) {
    if (answers.has(question.flag)) continue;
    const answer = await askOne(question, present(question), ask, tell);
    if (answer !== undefined) answers.set(question.flag, answer);
  }
  return answers;
};
