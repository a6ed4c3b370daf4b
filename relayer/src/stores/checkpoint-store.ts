/**
 * Checkpoints as guardians hand them in, until enough have signed, and the newest that an enclave
 * has taken.
 */
import { checkpoint as checkpointCodec } from "@pdiem/bridge/checkpoint/checkpoint";
import {
  type CheckpointFile,
  formatCheckpointFile,
  mergeCheckpointFiles,
  parseCheckpointFile,
} from "@pdiem/bridge-client/guardians/checkpoint-file";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Redis } from "ioredis";
import { z } from "zod";
import { keepLastingHash } from "./lasting-hash.js";

export interface StoredCheckpoint {
  readonly id: string;
  readonly file: CheckpointFile;
  /** Why the enclave didn't take it. */
  readonly refused?: string;
}

/**
 * Shared by the relayers of one Redis. What all of them lose, the enclave or guardians can give
 * again.
 */
export interface CheckpointStore {
  /**
   * Adds a file, with the signatures of earlier ones about the same checkpoint. Where there is no
   * room, one that fewer have signed gives way.
   * @throws PdiemError `relayer/full`, or of `mergeCheckpointFiles`
   */
  readonly add: (file: CheckpointFile) => Promise<StoredCheckpoint>;
  /** Lists them, newest first. */
  readonly all: () => Promise<readonly StoredCheckpoint[]>;
  readonly refuse: (id: string, reason: string) => Promise<void>;
  readonly remove: (ids: readonly string[]) => Promise<void>;
}

const MOST = 64;

const stored = z.object({ file: z.unknown(), refused: z.string().optional() });

const read = (id: string, text: string): StoredCheckpoint | undefined => {
  try {
    const { file, refused } = stored.parse(JSON.parse(text));
    return { id, file: parseCheckpointFile(file), ...(refused === undefined ? {} : { refused }) };
  } catch (error) {
    if (isPdiemError(error) || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
};

const format = ({ file, refused }: StoredCheckpoint): string =>
  JSON.stringify({ file: formatCheckpointFile(file), refused });

/** Names a checkpoint, whoever has signed it. */
export const checkpointId = ({ checkpoint }: Pick<CheckpointFile, "checkpoint">): string =>
  toHex(blake2b256(encode(checkpointCodec, checkpoint)));

const newestFirst = (a: StoredCheckpoint, b: StoredCheckpoint): number => {
  const [first, second] = [a.file.checkpoint.time, b.file.checkpoint.time];
  return first === second ? 0 : first > second ? -1 : 1;
};

/** @param prefix of the key in Redis */
export const keepCheckpoints = (redis: Redis, prefix: string): CheckpointStore => {
  const hash = keepLastingHash(redis, `${prefix}:checkpoints`);

  const all = async (): Promise<readonly StoredCheckpoint[]> => {
    const found = [...(await hash.all())].map(([id, text]) => read(id, text));
    return found.filter((one) => one !== undefined).sort(newestFirst);
  };

  /** A guardian alone can fill the store, but not with what others have signed too. */
  const makeRoom = async (file: CheckpointFile): Promise<void> => {
    const kept = await all();
    if (kept.length < MOST) return;
    const fewest = Math.min(...kept.map((one) => one.file.signatures.length));
    const least = kept.findLast((one) => one.file.signatures.length === fewest);
    if (least === undefined || fewest >= file.signatures.length)
      throw new PdiemError("relayer/full", `expected at most ${MOST} checkpoints on their way`, "backoff");
    await hash.remove([least.id]);
  };

  return {
    add: async (file) => {
      const id = checkpointId(file);
      let merged = mergeCheckpointFiles(file);
      if (!(await hash.all()).has(id)) await makeRoom(merged);
      await hash.update(id, (text) => {
        const before = text === undefined ? undefined : read(id, text);
        merged = mergeCheckpointFiles(file, ...(before === undefined ? [] : [before.file]));
        return format({ id, file: merged });
      });
      return { id, file: merged };
    },
    all,
    refuse: (id, refused) =>
      hash.update(id, (text) => {
        const pending = text === undefined ? undefined : read(id, text);
        return pending === undefined ? undefined : format({ ...pending, refused });
      }),
    remove: hash.remove,
  };
};
