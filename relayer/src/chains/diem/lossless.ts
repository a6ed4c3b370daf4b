/** JSON without loss: Diem's u64 values don't fit a JavaScript number. */
import { parse, stringify } from "lossless-json";
import { RpcError } from "../../error.js";

/** Whole numbers are bigints, numbers with a point or an exponent are numbers. */
export type Json = null | boolean | string | bigint | number | readonly Json[] | { readonly [name: string]: Json };

const MAX_DEPTH = 64;
// The longest whole number there is to read is a u128; many digits more would only cost time.
const MAX_DIGITS = 40;

const malformed = (reason: string, cause?: unknown): RpcError =>
  new RpcError("rpc/malformed", `expected JSON from the node: ${reason}`, "backoff", { cause });

const checkDepth = (text: string): void => {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === "\\") i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      if (depth > MAX_DEPTH) throw malformed(`it nests deeper than ${MAX_DEPTH} levels`);
    } else if (character === "}" || character === "]") depth -= 1;
  }
};

const parseNumber = (text: string): bigint | number => {
  if (!/^-?[0-9]+$/.test(text)) return Number(text);
  if (text.length > MAX_DIGITS) throw malformed(`a number of ${text.length} digits`);
  return BigInt(text);
};

/** @throws RpcError `rpc/malformed` for anything but JSON of at most 64 levels */
export const parseLossless = (text: string): Json => {
  checkDepth(text);
  try {
    // What this parser returns is JSON by construction; its declared type is unknown.
    return parse(text, undefined, parseNumber) as Json;
  } catch (cause) {
    throw cause instanceof RpcError ? cause : malformed(`got "${text.slice(0, 80)}"`, cause);
  }
};

/** Writes compact JSON; bigints as numbers. */
export const formatLossless = (value: Json): string => stringify(value) ?? "null";
