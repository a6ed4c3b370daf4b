import { isPdiemError } from "@pdiem/light-client/error";

/**
 * Undefined where the value is rejected: whatever is at fault has a case of its own that says so.
 */
export const attempt = <T>(compute: () => T): T | undefined => {
  try {
    return compute();
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};
