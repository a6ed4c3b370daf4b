/** The calls through which a kernel that speaks in files is asked. */
import { constants, type FileHandle, mkdir, open, rmdir } from "node:fs/promises";
import { TeeError } from "../error.js";
import { teeErrorOf } from "./system-error.js";

export interface PseudoFiles {
  /**
   * Reads the whole file, whatever size its metadata claim.
   * @throws TeeError `tee/too-large` above `max` bytes
   */
  readonly read: (path: string, max: number) => Promise<Uint8Array>;
  /**
   * Hands these bytes in one call to a file that is there already, and closes it. Some kernels act
   * only then.
   */
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>;
  readonly makeFolder: (path: string) => Promise<void>;
  readonly removeFolder: (path: string) => Promise<void>;
}

const withFile = async <T>(path: string, flags: number, body: (file: FileHandle) => Promise<T>): Promise<T> => {
  const file = await open(path, flags);
  try {
    return await body(file);
  } finally {
    await file.close();
  }
};

const readToEnd = async (file: FileHandle, path: string, max: number): Promise<Uint8Array> => {
  const buffer = new Uint8Array(max + 1);
  let at = 0;
  while (at <= max) {
    const { bytesRead } = await file.read(buffer, at, buffer.length - at, null);
    if (bytesRead === 0) return buffer.slice(0, at);
    at += bytesRead;
  }
  throw new TeeError("tee/too-large", `expected at most ${max} bytes in ${path}, there are more`);
};

const writeWhole = async (file: FileHandle, path: string, bytes: Uint8Array): Promise<void> => {
  const { bytesWritten } = await file.write(bytes);
  if (bytesWritten !== bytes.length)
    throw new TeeError("tee/failed", `${path} took ${bytesWritten} of ${bytes.length} bytes: ask again`, "backoff");
};

/** Reads this machine's own files. */
export const systemFiles: PseudoFiles = {
  read: (path, max) => withFile(path, constants.O_RDONLY, (file) => readToEnd(file, path, max)),
  // Neither created, truncated nor opened for reading: write-only attributes refuse the last.
  write: (path, bytes) => withFile(path, constants.O_WRONLY, (file) => writeWhole(file, path, bytes)),
  makeFolder: async (path) => {
    await mkdir(path);
  },
  removeFolder: (path) => rmdir(path),
};

const explained = async <T>(path: string, call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (cause) {
    throw teeErrorOf(path, cause);
  }
};

/** Wraps the calls: their failures become TeeErrors. */
export const explainFailures = (files: PseudoFiles): PseudoFiles => ({
  read: (path, max) => explained(path, files.read(path, max)),
  write: (path, bytes) => explained(path, files.write(path, bytes)),
  makeFolder: (path) => explained(path, files.makeFolder(path)),
  removeFolder: (path) => explained(path, files.removeFolder(path)),
});
