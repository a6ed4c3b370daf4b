/** Writes an amount of 6 decimals as people write it, with at least two of them. */
export const coins = (amount: bigint): string => {
  const text = amount.toString().padStart(7, "0");
  return `${text.slice(0, -6)}.${text.slice(-6).replace(/0{1,4}$/, "")}`;
};

const NATIVE_DECIMALS = 12;

/** Writes an amount of the devnet's own token. */
export const native = (amount: bigint): string => {
  const text = amount.toString().padStart(NATIVE_DECIMALS + 1, "0");
  const rest = text.slice(-NATIVE_DECIMALS).replace(/0+$/, "");
  return `${text.slice(0, -NATIVE_DECIMALS)}${rest === "" ? "" : `.${rest}`} ROC`;
};
