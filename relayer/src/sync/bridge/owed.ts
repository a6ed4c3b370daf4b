import type { History } from "@pdiem/bridge-client/journal/history";

/** Sums up the releases of a currency among those with these indices, in smallest units. */
export const owedIn = ({ releases }: History, indices: readonly bigint[], code: string): bigint =>
  indices.reduce((sum, index) => {
    const release = releases[Number(index)];
    return release?.currency === code ? sum + release.amount : sum;
  }, 0n);
