/** Both of Diem's currencies have six decimals. */
export const DECIMALS = 6;

/** Writes an amount in smallest units with its decimals, without needless zeros. */
export const formatAmount = (amount: bigint, decimals: number = DECIMALS): string => {
  const unit = 10n ** BigInt(decimals);
  const sign = amount < 0n ? "−" : "";
  const whole = amount < 0n ? -amount : amount;
  const grouped = (whole / unit).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = (whole % unit).toString().padStart(decimals, "0").replace(/0+$/, "");
  return `${sign}${grouped}${rest === "" ? "" : `.${rest}`}`;
};
