import { isPdiemError } from "@pdiem/light-client/error";

/**
 * The code of the typed error that `body` throws; undefined if it throws none. Other errors pass.
 */
export const refusal = (body: () => unknown): string | undefined => {
  try {
    body();
  } catch (error) {
    if (isPdiemError(error)) return error.code;
    throw error;
  }
  return undefined;
};
