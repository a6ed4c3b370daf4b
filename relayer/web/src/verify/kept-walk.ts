/** Where a long walk has led, kept in this browser: what it has verified once, it needn't again. */
import { type LightClientState, lightClientState } from "@pdiem/bridge/facts/light-client-state";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";

const DATABASE = "pdiem";
const STORE = "walks";

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no database"));
  });

const inStore = async <T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = ask(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("no answer"));
    });
  } finally {
    database.close();
  }
};

/** Reads where this browser has walked to on a bridge; undefined for nowhere. */
export const readWalk = async (bridgeId: string): Promise<LightClientState | undefined> => {
  try {
    const kept: unknown = await inStore("readonly", (store) => store.get(bridgeId));
    return kept instanceof Uint8Array ? decode(lightClientState, kept) : undefined;
  } catch (error) {
    // A browser that keeps nothing, or something else, walks from the roots.
    if (isPdiemError(error) || error instanceof Error) return undefined;
    throw error;
  }
};

/** Keeps it; a browser that doesn't walks the same way again. */
export const keepWalk = async (bridgeId: string, state: LightClientState): Promise<void> => {
  try {
    await inStore("readwrite", (store) => store.put(encode(lightClientState, state), bridgeId));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
};
