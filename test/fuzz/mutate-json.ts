import type { Random } from "./random.js";

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|[{}[\],:]/g;
const VALUES = [
  "0",
  "1",
  "255",
  "256",
  "-1",
  "1e999",
  "65536",
  "true",
  "null",
  '""',
  "[]",
  "{}",
  '"00"',
  '"Revoked"',
  '"UpToDate"',
  '"2026-07-01T00:00:00Z"',
  '"9999-99-99T99:99:99Z"',
  '"INTEL-SA-00001"',
] as const;

interface Part {
  readonly at: number;
  readonly token: string;
}

const replaced = (text: string, { at, token }: Part, value: string): string =>
  text.slice(0, at) + value + text.slice(at + token.length);

const turnDigit = (random: Random, token: string): string => {
  const at = random.below(token.length);
  return token.slice(0, at) + random.pick(["0", "1", "9", "a", "F", "\\u0030", '"']) + token.slice(at + 1);
};

/**
 * Changes one token of a JSON text: its value, its place, what is around it. The outcome needn't be
 * JSON.
 */
export const mutateJson = (random: Random, text: string): string => {
  const parts = [...text.matchAll(TOKEN)].map(({ index, 0: token }): Part => ({ at: index, token }));
  const part = parts[random.below(parts.length)];
  const other = parts[random.below(parts.length)];
  if (part === undefined || other === undefined) return text;
  return random.pick<() => string>([
    () => replaced(text, part, random.pick(VALUES)),
    () => replaced(text, part, random.pick(VALUES)),
    () => replaced(text, part, turnDigit(random, part.token)),
    () => replaced(text, part, turnDigit(random, part.token)),
    () => replaced(text, part, other.token),
    () => replaced(text, part, ""),
    () => replaced(text, part, `${part.token},${part.token}`),
    () => replaced(text, part, ` ${part.token}\n`),
    () => replaced(text, part, text.slice(Math.min(part.at, other.at), Math.max(part.at, other.at))),
    () => text.slice(0, Math.min(part.at, other.at)) + text.slice(Math.max(part.at, other.at)),
    () => text.slice(0, part.at),
    () => replaced(text, part, "[".repeat(random.pick([1, 20, 10_000]))),
    () =>
      text.replace(
        "{",
        `{"${random.pick(["id", "fmspc", "version", "tcbLevels", "nextUpdate", "__proto__"])}":${random.pick(VALUES)},`,
      ),
    () => `${text}${random.pick([" ", "\u0000", "{}", "\ud800"])}`,
  ])();
};
