/** Amounts in smallest units, as people write them. Both of Diem's currencies have six decimals. */

export const DECIMALS = 6;

/** Writes an amount with its decimals, without needless zeros. */
export const formatAmount = (amount: bigint, decimals: number = DECIMALS): string => {
  const unit = 10n ** BigInt(decimals);
  const sign = amount < 0n ? "−" : "";
  const whole = amount < 0n ? -amount : amount;
  const grouped = (whole / unit).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = (whole % unit).toString().padStart(decimals, "0").replace(/0+$/, "");
  return `${sign}${grouped}${rest === "" ? "" : `.${rest}`}`;
};

/** Reads what a person typed; undefined for anything but a positive amount of the unit. */
export const parseAmount = (text: string, decimals: number = DECIMALS): bigint | undefined => {
  const [, whole = "", rest = ""] = /^(\d{1,20})(?:\.(\d+))?$/.exec(text.trim().replaceAll(",", "")) ?? [];
  if (whole === "" || rest.length > decimals) return undefined;
  const amount = BigInt(whole) * 10n ** BigInt(decimals) + BigInt(rest.padEnd(decimals, "0") || "0");
  return amount > 0n ? amount : undefined;
};
