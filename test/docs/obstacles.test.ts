import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const textOf = (...path: readonly string[]): string => readFileSync(join(root, ...path), "utf8");

const CHAINS: readonly (readonly [placeholder: string, names: readonly string[]])[] = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as the source has it
  ["${code}", ["diem", "parachain"]],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as the source has it
  ["${chain}", ["diem", "parachain", "relay"]],
];

/** Codes of obstacles, as they stand in the sources. */
const codesIn = (text: string): readonly string[] => {
  const codes = [...text.matchAll(/(?:code: |^ {2})[`"]([a-z$][a-zA-Z${}]*\/[a-z-]+)[`"]/gm)].map(
    ([, code = ""]) => code,
  );
  return codes.flatMap((code) => {
    const named = CHAINS.find(([placeholder]) => code.startsWith(placeholder));
    return named === undefined ? [code] : named[1].map((chain) => code.replace(named[0], chain));
  });
};

it("the page of alarms names every obstacle that /readyz tells", () => {
  const folder = join("relayer", "src", "readiness");
  const sources = readdirSync(join(root, folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const codes = [...sources.map((name) => textOf(folder, name)), textOf("relayer", "src", "api", "health.ts")].flatMap(
    codesIn,
  );
  expect(codes.length).toBeGreaterThan(30);
  const page = textOf("docs", "alarms.md");
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
