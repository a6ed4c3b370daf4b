import { isPdiemError } from "@pdiem/light-client/error";

/**
 * Asks the enclave within an attempt at one node. What it finds wrong with a proof is that node's
 * fault, and another one is asked. Whatever else fails isn't, and is thrown by what this returns,
 * once the search for a node is over.
 */
export const asNodeFault = async <T>(ask: () => Promise<T>): Promise<() => T> => {
  try {
    const value = await ask();
    return () => value;
  } catch (error) {
    if (isPdiemError(error) && /^(?:proof|decode)\//.test(error.code)) throw error;
    return () => {
      throw error;
    };
  }
};
