import { isPdiemError } from "@pdiem/light-client/error";

/**
 * Compares every node, not just the one preferred, all at once.
 * @returns why nodes couldn't be compared, by URL
 */
export const compareNodes = async <N extends { readonly url: string }>(
  nodes: readonly N[],
  compare: (node: N) => Promise<void>,
): Promise<ReadonlyMap<string, string>> => {
  const failures = new Map<string, string>();
  const tell = async (node: N): Promise<void> => {
    try {
      await compare(node);
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      failures.set(node.url, error.message);
    }
  };
  await Promise.all(nodes.map(tell));
  return failures;
};
