/** The one file that an enclave keeps: its key, and what its light clients know, sealed to the machine and the bridge. */
import { timingSafeEqual } from "node:crypto";
import { heads } from "@pdiem/bridge/facts/light-client-state";
import { concat } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { PdiemError } from "@pdiem/light-client/error";
import { createFile, readFileIfPresent, replaceFile } from "./durable-file.js";
import { SealedStoreError } from "./error.js";
import { type Kept, keptAt, kept as keptCodec } from "./kept.js";
import { seal, type Unsealed, unseal } from "./sealed-box.js";
import type { Tee } from "./tee/tee.js";

/** What is sealed. */
export interface Sealed extends Kept {
  /** Of the custody key, 32 bytes. */
  readonly seed: Uint8Array;
}

export interface Opened {
  readonly seed: Uint8Array;
  /** Undefined where this program can't read what another one kept: losing it loses nothing but the way already proven. */
  readonly kept: Kept | undefined;
}

const SEED_LENGTH = 32;

// Two lists of all the relay chain's authorities that its runtime allows, and as much for the rest.
const MAX_FILE = 16 * 1024 * 1024;

const readKept = (version: number, encoded: Uint8Array): Kept | undefined => {
  try {
    return version === 1 ? keptAt(decode(heads, encoded)) : decode(keptCodec, encoded);
  } catch (error) {
    if (error instanceof PdiemError) return undefined;
    throw error;
  }
};

/** In every version the key comes first, so that it can be read whatever has become of the rest. */
const open = ({ version, content }: Unsealed): Opened => {
  const opened = { seed: content.slice(0, SEED_LENGTH), kept: readKept(version, content.slice(SEED_LENGTH)) };
  content.fill(0);
  return opened;
};

/** All throw SealedStoreError with the codes of `unseal`, `sealed/exists`, `sealed/other-key`, or `sealed/storage`. */
export interface SealedStore {
  /** Whether what is sealed outlasts the process. */
  readonly isLasting: boolean;
  /** Whether there is no file at all, of this or any other bridge. */
  readonly isEmpty: () => Promise<boolean>;
  /** Undefined where nothing has been sealed yet. The caller wipes the seed. */
  readonly load: (bridgeId: Uint8Array) => Promise<Opened | undefined>;
  /** Seals a new key. Refuses with `sealed/exists` where there is any file, whether it opens or not. */
  readonly create: (bridgeId: Uint8Array, content: Sealed) => Promise<void>;
  /**
   * Seals what the light clients know by now. Replaces only a file that opens and holds the same key; else `sealed/other-key`, or why it
   * doesn't open. Where the file has gone, makes it again: it may be the only copy of the key.
   */
  readonly update: (bridgeId: Uint8Array, content: Sealed) => Promise<void>;
}

const withStorage = async <T>(path: string, body: () => Promise<T>): Promise<T> => {
  try {
    return await body();
  } catch (cause) {
    if (cause instanceof Error && "syscall" in cause)
      throw new SealedStoreError("sealed/storage", `the disk refused ${path}: ${cause.message}`, "backoff", { cause });
    throw cause;
  }
};

/** @param path of the sealed file; its folder is made when first needed */
export const createSealedStore = (tee: Tee, path: string): SealedStore => {
  const withSealing = async <T>(bridgeId: Uint8Array, body: (sealing: Parameters<typeof seal>[0]) => T): Promise<T> => {
    const sealingKey = await tee.sealingKey();
    try {
      return body({ sealingKey, bridgeId });
    } finally {
      sealingKey.fill(0);
    }
  };

  const sealContent = (bridgeId: Uint8Array, content: Sealed): Promise<Uint8Array> =>
    withSealing(bridgeId, (sealing) => {
      const plain = concat(content.seed, encode(keptCodec, content));
      try {
        return seal(sealing, plain);
      } finally {
        plain.fill(0);
      }
    });

  const isEmpty: SealedStore["isEmpty"] = () =>
    withStorage(path, async () => (await readFileIfPresent(path, 0)) === undefined);

  const load: SealedStore["load"] = (bridgeId) =>
    withStorage(path, async () => {
      const box = await readFileIfPresent(path, MAX_FILE);
      if (box === undefined) return undefined;
      return withSealing(bridgeId, (sealing) => open(unseal(sealing, box)));
    });

  const create: SealedStore["create"] = (bridgeId, content) =>
    withStorage(path, async () => {
      if (!(await createFile(path, await sealContent(bridgeId, content))))
        throw new SealedStoreError("sealed/exists", `expected no sealed file at ${path} yet, there is one`, "backoff");
    });

  const update: SealedStore["update"] = async (bridgeId, content) => {
    const current = await load(bridgeId);
    if (current === undefined) return create(bridgeId, content);
    const sameKey = timingSafeEqual(current.seed, content.seed);
    current.seed.fill(0);
    if (!sameKey)
      throw new SealedStoreError(
        "sealed/other-key",
        `expected the file at ${path} to hold this process's key: it was replaced, and was left alone`,
      );
    await withStorage(path, async () => replaceFile(path, await sealContent(bridgeId, content)));
  };

  return { isLasting: true, isEmpty, load, create, update };
};
