/** JSON with a comment above each field that has one. */

/** Gives the comment of a field by its path, such as `bridge.currencies.code`, if it has one. */
export type CommentOf = (path: string) => string | undefined;

const WIDTH = 100;

const wrapped = (text: string, width: number): readonly string[] =>
  text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)`, "g")) ?? [];

const joined = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

const write = (value: unknown, path: string, indent: string, comment: CommentOf): string => {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object")) return JSON.stringify(value).replaceAll('","', '", "');
    return `[\n${value.map((item) => `${inner}${write(item, path, inner, comment)}`).join(",\n")}\n${indent}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, item]) => {
    const place = joined(path, name);
    const lines = wrapped(comment(place) ?? "", WIDTH - inner.length - 3).filter((line) => line !== "");
    const above = lines.map((line) => `${inner}// ${line}\n`).join("");
    return `${above}${inner}${JSON.stringify(name)}: ${write(item, place, inner, comment)}`;
  });
  return fields.length === 0 ? "{}" : `{\n${fields.join(",\n")}\n${indent}}`;
};

/** Writes a JSON value. The items of a list have the list's own path. */
export const commentedJson = (value: unknown, comment: CommentOf): string => `${write(value, "", "", comment)}\n`;
