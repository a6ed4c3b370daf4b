/** Answers in which one byte of one proof is another. */
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import type { Json } from "@pdiem/relayer/chains/diem/lossless";
import { isObject } from "./recording.js";

/** A hex text somewhere in an answer; `field` is the nearest name above it. */
export interface HexField {
  readonly field: string;
  readonly bytes: Uint8Array;
  readonly replace: (bytes: Uint8Array) => Json;
}

const HEX = /^(?:[0-9a-f]{2})+$/;

/** All hex texts of an answer, each with a way to put another one there. */
export const hexFields = (value: Json, field = ""): readonly HexField[] => {
  if (typeof value === "string")
    return HEX.test(value) ? [{ field, bytes: fromHex(value), replace: (bytes) => toHex(bytes) }] : [];
  if (Array.isArray(value))
    return value.flatMap((item: Json, i) =>
      hexFields(item, field).map((inner) => ({
        ...inner,
        replace: (bytes: Uint8Array) => value.with(i, inner.replace(bytes)),
      })),
    );
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    hexFields(item, name).map((inner) => ({
      ...inner,
      replace: (bytes: Uint8Array) => ({ ...value, [name]: inner.replace(bytes) }),
    })),
  );
};

export interface ChangedByte {
  /** Where: field and offset. */
  readonly place: string;
  readonly answer: Json;
}

/** Whether a change at this offset must be noticed. */
export type Matters = (field: HexField, offset: number) => boolean;

/**
 * Up to `samples` answers, each with another byte changed, spread evenly over all bytes that
 * matter.
 */
export const changedBytes = (answer: Json, samples: number, matters: Matters): readonly ChangedByte[] => {
  const places = hexFields(answer).flatMap((field) =>
    Array.from({ length: field.bytes.length }, (_, offset) => ({ field, offset })),
  );
  const step = Math.max(1, places.length / samples);
  const chosen = Array.from({ length: Math.min(samples, places.length) }, (_, i) => places[Math.floor(i * step)]);
  return chosen.flatMap((place, i) => {
    if (place === undefined || !matters(place.field, place.offset)) return [];
    const bytes = place.field.bytes.slice();
    bytes[place.offset] = (bytes[place.offset] ?? 0) ^ (1 << (i % 8));
    return [{ place: `${place.field.field} byte ${place.offset}`, answer: place.field.replace(bytes) }];
  });
};
