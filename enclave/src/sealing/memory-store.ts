import type { SealedStore } from "./sealed-store.js";

const nothing = async (): Promise<undefined> => undefined;

/**
 * Keeps nothing, for guests that have no sealing key: what they are given is in the process's
 * memory alone. Whoever has it makes no key, which would be lost with the process, but may be given
 * one.
 */
export const memoryStore: SealedStore = { isLasting: false, load: nothing, create: nothing, update: nothing };
