/** Text that isn't JSON; the message is serde_json's, with its position. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
}

/**
 * Walks over a text and knows where it is. Lines count from 1; the column is that of the last
 * character taken.
 */
export interface Cursor {
  readonly peek: () => string | undefined;
  readonly next: () => string | undefined;
  /** Makes an error at the last character taken. */
  readonly error: (what: string) => JsonSyntaxError;
  /** Makes an error at the character that comes next. */
  readonly errorAhead: (what: string) => JsonSyntaxError;
}

export const createCursor = (text: string): Cursor => {
  let at = 0;
  const errorAt = (end: number, what: string): JsonSyntaxError => {
    const before = text.slice(0, end);
    const line = before.split("\n").length;
    const column = Buffer.byteLength(before.slice(before.lastIndexOf("\n") + 1));
    return new JsonSyntaxError(`${what} at line ${line} column ${column}`);
  };
  return {
    peek: () => text[at],
    next: () => text[at++],
    error: (what) => errorAt(at, what),
    errorAhead: (what) => errorAt(at + 1, what),
  };
};

export const skipWhitespace = (cursor: Cursor): void => {
  for (let c = cursor.peek(); c === " " || c === "\t" || c === "\n" || c === "\r"; c = cursor.peek()) cursor.next();
};
