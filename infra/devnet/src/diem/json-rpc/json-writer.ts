/**
 * JSON as Diem nodes write it. It is compact, members in the order given, 64-bit integers as plain
 * numbers, an f32 with its point. Members that are `undefined` are left out.
 */
export type Json = null | boolean | number | bigint | string | Float32 | readonly Json[] | JsonMembers;

export interface JsonMembers {
  readonly [name: string]: Json | undefined;
}

/** A single-precision number. */
export class Float32 {
  constructor(readonly value: number) {}
}

/** The shortest decimal that reads back as the same single-precision number, with a point. */
const formatFloat32 = (value: number): string => {
  const single = Math.fround(value);
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return Number.isInteger(short) ? short.toFixed(1) : String(short);
  }
  return String(single);
};

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

export const writeJson = (value: Json): string => {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "bigint")
    return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Float32) return formatFloat32(value.value);
  if (isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${JSON.stringify(name)}:${writeJson(member)}`],
  );
  return `{${members.join(",")}}`;
};
