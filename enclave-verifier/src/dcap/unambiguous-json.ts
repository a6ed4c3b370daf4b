import { DecodeError } from "@pdiem/light-client/error";

const MAX_DEPTH = 16;
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** @param text syntactically correct JSON */
const checkKeys = (text: string): void => {
  // The keys of each object that is open; undefined stands for a list.
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      if (open.length === MAX_DEPTH) throw new DecodeError("decode/json", `expected at most ${MAX_DEPTH} levels`);
      open.push(token === "{" ? new Set() : undefined);
    } else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const key: unknown = JSON.parse(last);
      const keys = open.at(-1);
      if (typeof key !== "string" || keys === undefined || keys.has(key))
        throw new DecodeError("decode/json", `expected the key ${last.slice(0, 60)} once in its object`);
      keys.add(key);
    }
    last = token;
  }
};

/**
 * JSON of which all readers understand the same: `JSON.parse` takes the last of equal keys, others take the first.
 * @throws DecodeError `decode/json`, or a SyntaxError
 */
export const parseUnambiguousJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  checkKeys(text);
  return value;
};
