/** The tables of docs/configuration.md, made from the schemas and the words of their fields. */
import { BRIDGE_WORDS, type FieldWords } from "./bridge-words.js";
import { type RelayerWords, relayerWords } from "./relayer-words.js";

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const table = (head: readonly string[], rows: readonly string[]): string =>
  [row(...head), `|${head.map(() => "---").join("|")}|`, ...rows].join("\n");

const PARTS = ["currencies.", "attestation."];

const bridgeRows = (isWanted: (field: string) => boolean): readonly string[] =>
  BRIDGE_WORDS.filter(({ field }) => isWanted(field)).map(({ field, meaning, from = "" }: FieldWords) =>
    row(`\`${field}\``, meaning, from),
  );

const bridgeTable = (isWanted: (field: string) => boolean): string =>
  table(["field", "meaning", "from"], bridgeRows(isWanted));

const relayerRow = ({ field, meaning, fallback = "", range }: RelayerWords): string =>
  row(`\`${field}\``, fallback, range === undefined ? meaning : `${meaning}. ${range}`);

/** Makes each table by the name that it has on the page. */
export const configurationTables = (): ReadonlyMap<string, string> =>
  new Map([
    ["bridge", bridgeTable((field) => !PARTS.some((part) => field.startsWith(part)))],
    ["currency", bridgeTable((field) => field.startsWith("currencies."))],
    ["attestation", bridgeTable((field) => field.startsWith("attestation."))],
    ["relayer", table(["field", "default", "meaning"], relayerWords().map(relayerRow))],
  ]);

const begins = (name: string): string => `<!-- table ${name}: npm run docs:configuration writes it -->`;
const ENDS = "<!-- end of table -->";

/**
 * Puts the tables where the page has their marks.
 * @throws RangeError where a mark is missing
 */
export const withTables = (page: string): string =>
  [...configurationTables()].reduce((text, [name, made]) => {
    const from = text.indexOf(begins(name));
    const to = text.indexOf(ENDS, from);
    if (from < 0 || to < 0) throw new RangeError(`expected the page to have ${begins(name)} and ${ENDS}`);
    return `${text.slice(0, from)}${begins(name)}\n\n${made}\n\n${text.slice(to)}`;
  }, page);
