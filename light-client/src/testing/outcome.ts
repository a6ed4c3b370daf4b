import { isPdiemError } from "../error.js";

/**
 * The code of the typed error that `run` throws; "accepted" if it throws none. Errors of another
 * kind pass through.
 */
export const outcome = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isPdiemError(error)) return error.code;
    throw error;
  }
  return "accepted";
};

/** The same of a promise. */
export const outcomeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (isPdiemError(error)) return error.code;
    throw error;
  }
  return "accepted";
};
