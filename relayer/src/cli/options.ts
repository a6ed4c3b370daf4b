/** Values of command line options. */
import { fromHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { InvalidArgumentError } from "commander";

/** Collects the values of an option that may be given several times. */
export const several =
  <T>(most: number, parse: (text: string) => T) =>
  (text: string, before: readonly T[] | undefined): readonly T[] => {
    const values = [...(before ?? []), parse(text)];
    if (values.length > most) throw new InvalidArgumentError(`Expected ${most} at most.`);
    return values;
  };

export const bytes32 = (text: string): Uint8Array => {
  try {
    return fromHex(text, 32);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    throw new InvalidArgumentError("Expected 32 bytes of hex.");
  }
};

export const specVersion = (text: string): number => {
  if (!/^[0-9]{1,10}$/.test(text) || Number(text) > 0xffff_ffff)
    throw new InvalidArgumentError("Expected a spec version, a whole number.");
  return Number(text);
};

export const httpUrl = (text: string): string => {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError("Expected a URL that starts with http:// or https://.");
  return text;
};

/** Reads a whole number within bounds. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : -1;
    if (value < least || value > most) throw new InvalidArgumentError(`Expected a whole number, ${least} to ${most}.`);
    return value;
  };

/** Reads a point in time, ms since 1970. */
export const timeOf = (text: string): number => {
  const time = text.length <= 40 ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError("Expected a time such as 2026-06-10T00:00:00Z.");
  return time;
};

/** Reads an amount. */
export const smallestUnits = (text: string): bigint => {
  if (!/^[0-9]{1,39}$/.test(text)) throw new InvalidArgumentError("Expected a whole number of smallest units.");
  return BigInt(text);
};

export const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("Expected a number above 0.");
  return value;
};

/** An option of commands that prove for themselves what they tell. */
export const FROM_ROOTS = [
  "--from-roots",
  "believe nothing that an earlier run kept: begin at the configuration's roots of trust",
] as const;

/** Reads how long a decision may wait for a batch. */
export const hours = (text: string): number => {
  const value = positive(text);
  if (value > 24) throw new InvalidArgumentError("Expected hours, 24 at most.");
  return value;
};
