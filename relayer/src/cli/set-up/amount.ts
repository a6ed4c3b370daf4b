/** How a chain writes its native token. */
export interface Token {
  readonly symbol: string;
  readonly decimals: number;
}

/** Writes an amount in whole tokens and in smallest units: `0.1 DOT (1000000000)`. */
export const amountText = (amount: bigint, { symbol, decimals }: Token): string => {
  const digits = amount.toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const rest = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${whole}${rest === "" ? "" : `.${rest}`} ${symbol} (${amount})`;
};
