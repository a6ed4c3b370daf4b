import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/**
 * Makes a folder and those above it, where they are missing. The platform's own way to do so never
 * ends below `/proc`.
 * @param mode of each that is made
 * @throws the system's error: EROFS or EACCES where nothing can be written, ENOENT where the system
 * takes no folders
 */
export const makeFolder = async (path: string, mode = 0o777): Promise<void> => {
  const whole = resolve(path);
  const make = async (): Promise<void> => {
    await mkdir(whole, { mode }).catch((error: unknown) => {
      if (!isCode(error, "EEXIST")) throw error;
    });
  };
  try {
    await make();
  } catch (error) {
    if (!isCode(error, "ENOENT") || dirname(whole) === whole) throw error;
    await makeFolder(dirname(whole), mode);
    await make();
  }
};
