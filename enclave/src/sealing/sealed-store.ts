/**
 * The one file that an enclave keeps. It has its keys and what its light clients know, sealed to
 * the machine and the bridge.
 */
import { timingSafeEqual } from "node:crypto";
import { createFile, readFileIfPresent, replaceFile } from "../durable-file.js";
import { SealedStoreError } from "../error.js";
import type { Tee } from "../tee/tee.js";
import { type Sealing, seal, unseal } from "./sealed-box.js";
import { decodeSealed, encodeSealed, type Opened, type Sealed } from "./sealed-content.js";

// Two lists of all the relay chain's authorities that its runtime allows, and as much for the rest.
const MAX_FILE = 16 * 1024 * 1024;

/**
 * All throw SealedStoreError with the codes of `unseal`, `sealed/exists`, `sealed/other-key`, or
 * `sealed/storage`.
 */
export interface SealedStore {
  /** Whether what is sealed outlasts the process. */
  readonly isLasting: boolean;
  /**
   * Reads and opens the file; undefined where nothing has been sealed yet. The caller owns the
   * secrets.
   */
  readonly load: (bridgeId: Uint8Array) => Promise<Opened | undefined>;
  /**
   * Seals new keys. Refuses with `sealed/exists` where there is any file, whether it opens or not.
   */
  readonly create: (bridgeId: Uint8Array, content: Sealed) => Promise<void>;
  /**
   * Seals what is known by now. Replaces only a file that opens and holds the same key. It may also
   * wait for one with the same end of hand-overs. Else it throws `sealed/other-key`, or why the
   * file doesn't open. Where the file has gone, makes it again: it may be the only copy of the key.
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

/**
 * A key is followed by the same key alone. The wait for one is followed by the same wait, or the
 * key.
 */
const isFollowedBy = (current: Opened, next: Sealed): boolean => {
  if (current.role === "holder") return next.role === "holder" && timingSafeEqual(current.seed, next.seed);
  return current.rest !== undefined && timingSafeEqual(current.rest.end.key, next.rest.end.key);
};

const wipe = (opened: Opened): void => {
  if (opened.role === "holder") opened.seed.fill(0);
};

/** @param path of the sealed file; its folder is made when first needed */
export const createSealedStore = (tee: Tee, path: string): SealedStore => {
  const withSealing = async <T>(bridgeId: Uint8Array, body: (sealing: Sealing) => T): Promise<T> => {
    const sealingKey = await tee.sealingKey();
    try {
      return body({ sealingKey, bridgeId });
    } finally {
      sealingKey.fill(0);
    }
  };

  const sealContent = (bridgeId: Uint8Array, content: Sealed): Promise<Uint8Array> =>
    withSealing(bridgeId, (sealing) => {
      const plain = encodeSealed(content);
      try {
        return seal(sealing, plain);
      } finally {
        plain.fill(0);
      }
    });

  const open = (sealing: Sealing, box: Uint8Array): Opened => {
    const plain = unseal(sealing, box);
    try {
      return decodeSealed(plain);
    } finally {
      plain.fill(0);
    }
  };

  const load: SealedStore["load"] = (bridgeId) =>
    withStorage(path, async () => {
      const box = await readFileIfPresent(path, MAX_FILE);
      return box === undefined ? undefined : withSealing(bridgeId, (sealing) => open(sealing, box));
    });

  const create: SealedStore["create"] = (bridgeId, content) =>
    withStorage(path, async () => {
      if (!(await createFile(path, await sealContent(bridgeId, content))))
        throw new SealedStoreError("sealed/exists", `expected no sealed file at ${path} yet, there is one`, "backoff");
    });

  const update: SealedStore["update"] = async (bridgeId, content) => {
    const current = await load(bridgeId);
    if (current === undefined) return create(bridgeId, content);
    const isOwn = isFollowedBy(current, content);
    wipe(current);
    if (!isOwn)
      throw new SealedStoreError(
        "sealed/other-key",
        `expected the file at ${path} to hold this process's key: it was replaced, and was left alone`,
      );
    await withStorage(path, async () => replaceFile(path, await sealContent(bridgeId, content)));
  };

  return { isLasting: true, load, create, update };
};
