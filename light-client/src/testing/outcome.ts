/** How tests see what a call came to: by the code of its typed error, if it throws one. */
import { isPdiemError, type PdiemError } from "../error.js";

const typedError = (error: unknown): PdiemError => {
  if (isPdiemError(error)) return error;
  throw error;
};

/**
 * Gives the typed error that `run` throws; undefined if it throws none. Other errors pass through.
 */
export const thrownBy = (run: () => unknown): PdiemError | undefined => {
  try {
    run();
  } catch (error) {
    return typedError(error);
  }
  return undefined;
};

/** Gives the code of the typed error that `run` throws; "accepted" if it throws none. */
export const outcome = (run: () => unknown): string => thrownBy(run)?.code ?? "accepted";

/** Gives the code of the typed error that a promise rejects with; "accepted" if it resolves. */
export const outcomeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return typedError(error).code;
  }
  return "accepted";
};
