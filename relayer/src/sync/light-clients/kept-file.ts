/**
 * What this operator's light clients have verified, kept for the next process. It is trusted as the
 * configuration beside it is, and for the same reason. Whoever can write there can name other roots
 * of trust as well. Nothing that came over a network gets there unverified.
 */
import { closeSync, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "@pdiem/bridge-client/make-folder";
import { concat, equal, toHex, utf8 } from "@pdiem/light-client/bytes";
import { type Codec, decode, encode } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { isPdiemError } from "@pdiem/light-client/error";
import { writeWhole } from "../../write-whole.js";

export type Kept<T> =
  | { readonly type: "nothing" }
  | { readonly type: "value"; readonly value: T }
  /** The way is walked anew, and a new file takes its place. */
  | { readonly type: "unusable"; readonly reason: string };

export interface KeptFile<T> {
  readonly path: string;
  /** Reads the file. Never throws: nothing is lost with it but time. */
  readonly read: () => Kept<T>;
  /**
   * Writes the value whole or not at all; readable by this user alone.
   * @throws the platform's error
   */
  readonly write: (value: T) => Promise<void>;
}

const TAG = utf8("pdiem/kept/v1");
const HASH = 32;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o022;

/** Platforms without users have no such permissions either. */
const obstacleIn = (stats: Stats): string | undefined => {
  const user = process.getuid?.();
  if (stats.size > MAX_FILE_BYTES) return `it has ${stats.size} bytes`;
  if (user === undefined) return undefined;
  if (stats.uid !== user) return `it belongs to user ${stats.uid}, this is user ${user}`;
  return (stats.mode & WRITABLE_BY_OTHERS) === 0 ? undefined : "others may write it";
};

/** Undefined where there is no file. @throws the platform's error; RangeError */
const readOwn = (path: string): Uint8Array | undefined => {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const obstacle = obstacleIn(fstatSync(file));
    if (obstacle !== undefined) throw new RangeError(obstacle);
    return new Uint8Array(readFileSync(file));
  } finally {
    closeSync(file);
  }
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * @param folder of the operator's own; made when it is first needed
 * @param name what is kept
 * @param bridgeId whose it is: of another bridge's roots nothing follows for this one
 */
export const keptFile = <T>(folder: string, name: string, bridgeId: Uint8Array, codec: Codec<T>): KeptFile<T> => {
  const path = join(folder, `${name}-${toHex(bridgeId).slice(0, 16)}`);
  const digestOf = (body: Uint8Array): Uint8Array => blake2b256(TAG, utf8(name), body);

  const open = (bytes: Uint8Array): Kept<T> => {
    const body = bytes.subarray(HASH);
    if (!equal(digestOf(body), bytes.subarray(0, HASH))) return { type: "unusable", reason: "it is damaged" };
    if (!equal(body.subarray(0, bridgeId.length), bridgeId))
      return { type: "unusable", reason: "it is another bridge's" };
    return { type: "value", value: decode(codec, body.subarray(bridgeId.length)) };
  };

  return {
    path,
    read: () => {
      try {
        const bytes = readOwn(path);
        return bytes === undefined ? { type: "nothing" } : open(bytes);
      } catch (error) {
        return { type: "unusable", reason: isPdiemError(error) ? "another version wrote it" : reasonOf(error) };
      }
    },
    write: async (value) => {
      const body = concat(bridgeId, encode(codec, value));
      await makeFolder(dirname(path), 0o700);
      await writeWhole(path, concat(digestOf(body), body), 0o600);
    },
  };
};
