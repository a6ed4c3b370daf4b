/**
 * Reads the beginning of an answer that may be many times as long as what is wanted of it, such as
 * the headers of a whole authority set after its justification.
 */
import { fromHex } from "@pdiem/light-client/bytes";
import { type Bounds, requestOkUntil } from "../rpc/http.js";

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
 * @throws what `callNode` throws
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

/** @param parse reads a whole answer: undefined for `null` */
export const beginAt =
  (url: string, bounds: Bounds, parse: (method: string, text: string) => Uint8Array | undefined): BeginHex =>
  async (method, params, wanted) => {
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
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const { text, isWhole } = await requestOkUntil(url, bounds, body, isEnough);
    if (!isWhole) return { bytes: fromHex(text.slice(start, end)), isWhole };
    const bytes = parse(method, text);
    return bytes === undefined ? undefined : { bytes, isWhole };
  };
