import type { HoldersOption } from "@pdiem/devnet/local-bridge/holders-json";

const MOST = 16;

/**
 * Reads how many enclaves hold the key: `1`, or `K/N` such as `2/3`.
 * @returns undefined where one holds it whole
 * @throws Error for anything else
 */
export const parseHolders = (text: string): HoldersOption | undefined => {
  if (text === "1") return undefined;
  const [, k = "", n = ""] = /^([0-9]{1,2})\/([0-9]{1,2})$/.exec(text) ?? [];
  const [threshold, slots] = [Number(k), Number(n)];
  if (threshold >= 2 && threshold < slots && slots <= MOST) return { threshold, slots };
  throw new Error(
    `expected --holders 1, or K/N with 2 to N - 1 that sign of ${MOST} at most, such as 2/3; got ${text}`,
  );
};
