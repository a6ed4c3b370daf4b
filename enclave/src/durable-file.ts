/** Small files that are either wholly there or not at all, also when the power fails in between. */
import { randomBytes } from "node:crypto";
import { type FileHandle, link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/**
 * Reads the file's bytes, or undefined where there is none. A file above `max` bytes gives its
 * first `max + 1`. So the caller sees that it is too long.
 */
export const readFileIfPresent = async (path: string, max: number): Promise<Uint8Array | undefined> => {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const buffer = new Uint8Array(Math.min(size, max + 1));
      let at = 0;
      while (at < buffer.length) {
        const { bytesRead } = await file.read(buffer, at, buffer.length - at, at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return buffer.subarray(0, at);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
};

const sync = async (path: string): Promise<void> => {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

/**
 * A folder that is new must outlast a power failure, too: its name is in the one above. The
 * platform's own way to make several never ends below `/proc`.
 */
const makeFolder = async (path: string): Promise<void> => {
  const make = async (): Promise<void> => {
    await mkdir(path, 0o700);
    await sync(dirname(path));
  };
  try {
    await make().catch(async (error: unknown) => {
      if (!isCode(error, "ENOENT") || dirname(path) === path) throw error;
      await makeFolder(dirname(path));
      await make();
    });
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  }
};

/** Writes and syncs a new file's bytes. */
type Fill = (file: FileHandle, bytes: Uint8Array) => Promise<void>;

const fillFile: Fill = async (file, bytes) => {
  await file.writeFile(bytes);
  await file.sync();
};

/**
 * Nothing stays where it fails, as on a full disk, which would be asked for room again and again.
 */
const writeBeside = async (path: string, bytes: Uint8Array, fill: Fill = fillFile): Promise<string> => {
  await makeFolder(resolve(dirname(path)));
  const temporary = `${path}.${randomBytes(8).toString("hex")}.tmp`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await fill(file, bytes);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return temporary;
};

/** What systems without hard links answer, Gramine's among them. */
const WITHOUT_LINKS = ["ENOSYS", "EPERM", "ENOTSUP", "EOPNOTSUPP"];

/**
 * Takes the name first and fills it then. A power failure in between leaves an empty file, which
 * opens as nothing.
 */
const moveToNewName = async (temporary: string, path: string): Promise<void> => {
  await (await open(path, "wx", 0o600)).close();
  await rename(temporary, path);
};

/**
 * Writes a file that must not be there yet. False, and nothing written, where it is.
 * @param linkFile makes a second name for a file; another one only where a test stands for a system
 * that can't
 */
export const createFile = async (path: string, bytes: Uint8Array, linkFile = link): Promise<boolean> => {
  const temporary = await writeBeside(path, bytes);
  try {
    // Unlike a rename, a link never replaces: of two processes that make a key at once, one learns
    // that it came second.
    await linkFile(temporary, path).catch((error: unknown) => {
      if (!WITHOUT_LINKS.some((code) => isCode(error, code))) throw error;
      return moveToNewName(temporary, path);
    });
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  await sync(dirname(path));
  return true;
};

/**
 * Puts these bytes in place of the file's, in one step. On failure the old file is still there,
 * whole, and nothing beside it.
 * @param fill another one only where a test stands for a disk that is full
 */
export const replaceFile = async (path: string, bytes: Uint8Array, fill?: Fill): Promise<void> => {
  const temporary = await writeBeside(path, bytes, fill);
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await sync(dirname(path));
};
