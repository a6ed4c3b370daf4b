/** The one file that an enclave keeps: its key and its light clients' heads, sealed to the machine and the bridge. */
import { timingSafeEqual } from "node:crypto";
import { type Heads, heads } from "@pdiem/bridge/heads";
import { type Codec, decode, encode, fixedBytes, struct } from "@pdiem/light-client/codec/bcs";
import { createFile, readFileIfPresent, replaceFile } from "./durable-file.js";
import { SealedStoreError } from "./error.js";
import { seal, unseal } from "./sealed-box.js";
import type { Tee } from "./tee/tee.js";

/** What is sealed. */
export interface Sealed {
  /** Of the custody key, 32 bytes. */
  readonly seed: Uint8Array;
  readonly heads: Heads;
}

const sealedCodec: Codec<Sealed> = struct({ seed: fixedBytes(32), heads });

// The largest that the heads' own codecs allow is below this.
const MAX_FILE = 4 * 1024 * 1024;

/** All three throw SealedStoreError with the codes of `unseal`, `sealed/exists`, `sealed/other-key`, or `sealed/storage`. */
export interface SealedStore {
  /** Undefined where nothing has been sealed yet. The caller wipes the seed. */
  readonly load: (bridgeId: Uint8Array) => Promise<Sealed | undefined>;
  /** Seals a new key. Refuses with `sealed/exists` where there is any file, whether it opens or not. */
  readonly create: (bridgeId: Uint8Array, content: Sealed) => Promise<void>;
  /**
   * Seals newer heads. Replaces only a file that opens and holds the same key; else `sealed/other-key`, or why it
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
      const plain = encode(sealedCodec, content);
      try {
        return seal(sealing, plain);
      } finally {
        plain.fill(0);
      }
    });

  const load: SealedStore["load"] = (bridgeId) =>
    withStorage(path, async () => {
      const box = await readFileIfPresent(path, MAX_FILE);
      if (box === undefined) return undefined;
      return withSealing(bridgeId, (sealing) => decode(sealedCodec, unseal(sealing, box)));
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

  return { load, create, update };
};
