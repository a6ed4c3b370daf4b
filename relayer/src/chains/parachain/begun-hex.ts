/**
 * Reads the beginning of an answer that may be many times as long as what is wanted of it. The
 * headers of a whole authority set after its justification are such.
 */
import { fromHex } from "@pdiem/light-client/bytes";
import { z } from "zod";
import type { SubstrateCall } from "./substrate-call.js";

/** Bytes that a node answers with, or their beginning. */
export interface BegunHex {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

/** How many bytes `BeginHex` decides by. */
export const FIRST_BYTES = 64;

/**
 * Asks for bytes, and reads as many as are wanted.
 * @param wanted told of the first `FIRST_BYTES`: gives how many to read
 * @returns undefined where the node answers `null`
 * @throws what a `SubstrateCall` throws, and what `wanted` throws
 */
export type BeginHex = (
  method: string,
  params: readonly unknown[],
  wanted: (first: Uint8Array) => number,
) => Promise<BegunHex | undefined>;

const RESULT = /"result"\s*:\s*"0x/;
/** Characters among which it must begin: what nodes write before it is short. */
const MOST_BEFORE = 1024;
const HEX = /^[0-9a-f]*$/i;

const hexOrNull = z
  .string()
  .regex(/^0x(?:[0-9a-f]{2})*$/i, "expected 0x-hex")
  .transform((text) => fromHex(text))
  .nullable();

/** Looks at the text of an answer as it comes. */
interface Beginning {
  readonly isEnough: (text: string) => boolean;
  /** Gives the digits that are wanted; undefined where there were fewer in all. */
  readonly digits: (text: string) => string | undefined;
}

const watchFor = (wanted: (first: Uint8Array) => number): Beginning => {
  let start: number | undefined;
  let end: number | undefined;
  const isEnough = (text: string): boolean => {
    if (start === undefined) {
      const found = RESULT.exec(text.slice(0, MOST_BEFORE));
      if (found === null) return false;
      start = found.index + found[0].length;
    }
    if (end === undefined) {
      const first = text.slice(start, start + 2 * FIRST_BYTES);
      if (first.length < 2 * FIRST_BYTES || !HEX.test(first)) return false;
      end = start + 2 * wanted(fromHex(first));
    }
    return text.length >= end && HEX.test(text.slice(start, end));
  };
  return { isEnough, digits: (text) => (isEnough(text) ? text.slice(start, end) : undefined) };
};

/** Sends a request's body, and gives the answer's as far as it was read. */
export type SendUntil = (body: string, isEnough: (text: string) => boolean) => Promise<string>;

/**
 * Makes it of calls: what isn't a beginning of hex is an answer as any other.
 * @param through makes calls of a way to send
 */
export const beginBy =
  (through: (until: (send: SendUntil) => (body: string) => Promise<string>) => SubstrateCall): BeginHex =>
  async (method, params, wanted) => {
    let isWhole = true;
    const call = through((send) => async (body) => {
      const beginning = watchFor(wanted);
      const text = await send(body, beginning.isEnough);
      const digits = beginning.digits(text);
      isWhole = digits === undefined;
      return digits === undefined ? text : JSON.stringify({ result: `0x${digits}` });
    });
    const bytes = await call(method, params, hexOrNull);
    return bytes === null ? undefined : { bytes, isWhole };
  };
