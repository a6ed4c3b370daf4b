import { randomBytes } from "node:crypto";
import { open, rename, unlink } from "node:fs/promises";

/**
 * Puts a file in the place of an older one as a whole, on the disk, or not at all.
 * @param mode permissions of a new file
 * @throws the platform's error
 */
export const writeWhole = async (path: string, content: string | Uint8Array, mode: number): Promise<void> => {
  const beside = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(beside, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    throw error;
  }
};
