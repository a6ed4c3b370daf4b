/** Amounts in smallest units, as people write them. */
import { DECIMALS } from "@pdiem/bridge-client/examine/format-amount";

/** Reads what a person typed; undefined for anything but a positive amount of the unit. */
export const parseAmount = (text: string, decimals: number = DECIMALS): bigint | undefined => {
  const [, whole = "", rest = ""] = /^(\d{1,20})(?:\.(\d+))?$/.exec(text.trim().replaceAll(",", "")) ?? [];
  if (whole === "" || rest.length > decimals) return undefined;
  const amount = BigInt(whole) * 10n ** BigInt(decimals) + BigInt(rest.padEnd(decimals, "0") || "0");
  return amount > 0n ? amount : undefined;
};
