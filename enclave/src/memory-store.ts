/** For guests that have no sealing key: what they are given is in the process's memory alone, and gone with it. */
import { SealedStoreError } from "./error.js";
import type { SealedStore } from "./sealed-store.js";

const nothing = async (): Promise<void> => undefined;

/**
 * Keeps nothing. No key is made here, which would be lost with the process that made it: `load` refuses with `sealed/memory-only`, so
 * that a key comes by hand-over alone, from an enclave that has it sealed.
 */
export const memoryStore: SealedStore = {
  isLasting: false,
  isEmpty: async () => true,
  load: async () => {
    throw new SealedStoreError(
      "sealed/memory-only",
      "expected a hand-over: this enclave keeps keys in memory only, makes none, and holds none since it was started",
      "later",
    );
  },
  create: nothing,
  update: nothing,
};
