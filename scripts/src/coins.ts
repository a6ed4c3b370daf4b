/** Writes an amount of 6 decimals as people write it, with at least two of them. */
export const coins = (amount: bigint): string => {
  const text = amount.toString().padStart(7, "0");
  return `${text.slice(0, -6)}.${text.slice(-6).replace(/0{1,4}$/, "")}`;
};
