/** Values within a JSON value, by the names on the way to them; items of lists by their numbers. */

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** Gives the value at a path; undefined where there is none. */
export const valueIn = (value: unknown, [name, ...rest]: readonly string[]): unknown => {
  if (name === undefined) return value;
  return isObject(value) ? valueIn(Object.entries(value).find(([key]) => key === name)?.[1], rest) : undefined;
};

/** Makes the same value with another one at a path. What is missing on the way is made. */
export const setIn = (value: unknown, [name, ...rest]: readonly string[], inner: unknown): unknown => {
  if (name === undefined) return inner;
  const entries = Object.entries(isObject(value) ? value : {});
  const isThere = entries.some(([key]) => key === name);
  const all = isThere ? entries : [...entries, [name, undefined] as const];
  const set = all.map(([key, item]) => [key, key === name ? setIn(item, rest, inner) : item] as const);
  return Array.isArray(value) ? set.map(([, item]) => item) : Object.fromEntries(set);
};
