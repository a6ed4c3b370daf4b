import { RequestError } from "./error.js";

/** Bounds on a JSON text that hold before any of it is parsed. */
export interface JsonLimits {
  /** Arrays and objects inside each other. */
  readonly depth: number;
  /** Commas and opening brackets, which bound the number of values. */
  readonly items: number;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (first > start && text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
};

const checkLimits = (text: string, limits: JsonLimits): void => {
  let depth = 0;
  let items = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at + 1);
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
    else if (code === COMMA) items += 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      items += 1;
    }
    if (depth > limits.depth)
      throw new RequestError(400, "request/json-depth", `expected JSON of at most ${limits.depth} levels`);
    if (items > limits.items)
      throw new RequestError(400, "request/json-items", `expected JSON of at most ${limits.items} values`);
  }
};

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses JSON (RFC 8259) in UTF-8, depth and number of values bounded first.
 * @throws RequestError, status 400: `request/json`, `request/json-depth`, `request/json-items`
 */
export const parseBoundedJson = (bytes: Uint8Array, limits: JsonLimits): unknown => {
  try {
    const text = utf8Decoder.decode(bytes);
    checkLimits(text, limits);
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    throw new RequestError(400, "request/json", "expected a JSON text in UTF-8", "never", { cause });
  }
};
