/**
 * What sources and documents cite is there: sections of the specification, files, tags, metrics,
 * commands.
 */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { PHRASES } from "@pdiem/relayer/cli/guardian/actions";
import { parseConfig } from "@pdiem/relayer/config";
import { createMetrics } from "@pdiem/relayer/metrics";
import { describe, expect, it } from "vitest";
import { filesEnding, fragmentOf, headingsIn, linksIn, REPOSITORY, readText } from "./markdown.js";

const SPECIFICATION = "docs/PROTOCOL.md";
const specification = readText(SPECIFICATION) ?? "";
const ownText = filesEnding(".ts", ".tsx", ".mjs", ".md").filter((path) => !path.startsWith("test/docs/"));
const documents = filesEnding(".md");

/** Numbered sections, each with the names of those within. */
const sections = new Map<string, string[]>();
for (const title of headingsIn(specification)) {
  const number = /^(\d+[a-z]?)\. /.exec(title)?.[1];
  if (number !== undefined) sections.set(number, []);
  else [...sections.values()].at(-1)?.push(title);
}

interface Citation {
  readonly number: string;
  /** The name of a part of that section, where one is quoted. */
  readonly part: string | undefined;
}

const CITATION = /PROTOCOL (\d+[a-z]?)(?:, '([^'\n]+)')?(?:(?: and | to )(\d+[a-z]?)\b)?/g;

/** Lists all citations in a text. */
const citationsIn = (text: string): readonly Citation[] =>
  [...text.matchAll(CITATION)].flatMap(([, number = "", part, other]) => [
    { number, part },
    ...(other === undefined ? [] : [{ number: other, part: undefined }]),
  ]);

const isThere = ({ number, part }: Citation): boolean =>
  part === undefined ? sections.has(number) : (sections.get(number)?.includes(part) ?? false);

describe("the specification", () => {
  it("has ten sections, and one about holders", () => {
    expect([...sections.keys()]).toEqual(["1", "2", "3", "4", "5", "6", "7", "7a", "8", "9", "10"]);
  });

  it("has every section and part that is cited", () => {
    const missing = ownText.flatMap((path) =>
      citationsIn(readText(path) ?? "")
        .filter((citation) => !isThere(citation))
        .map(({ number, part }) => `${path}: PROTOCOL ${number}${part === undefined ? "" : `, '${part}'`}`),
    );
    expect(missing).toEqual([]);
  });

  it("is cited by the code of each section that is code", () => {
    const cited = new Set(
      ownText
        .filter((path) => /^(bridge|enclave)\/src\/.*\.ts$/.test(path))
        .flatMap((path) => citationsIn(readText(path) ?? "").map(({ number }) => number)),
    );
    expect(["2", "3", "4", "5", "6", "7", "7a", "8"].filter((number) => !cited.has(number))).toEqual([]);
  });

  it("tells each tag that something is hashed or signed under", () => {
    const tags = ownText
      .filter((path) => /^(light-client|bridge|enclave|enclave-verifier)\/src\/.*\.ts$/.test(path))
      .filter((path) => !/\.test\.ts$|\/testing\/|simulated/.test(path))
      .flatMap((path) => (readText(path) ?? "").match(/pdiem\/[a-z-]+(?:\/[a-z-]+)?\/v\d+/g) ?? []);
    expect([...new Set(tags)].filter((tag) => !specification.includes(tag))).toEqual([]);
    expect(tags.length).toBeGreaterThan(10);
  });
});

/**
 * What all documents name, each once: at least so many, so that a pattern that finds nothing
 * shows.
 */
const named = (pattern: RegExp, atLeast: number): readonly string[] => {
  const found = new Set(documents.flatMap((path) => (readText(path) ?? "").match(pattern) ?? []));
  expect(found.size).toBeGreaterThanOrEqual(atLeast);
  return [...found];
};

const sourceOf = (paths: RegExp): string =>
  ownText
    .filter((path) => paths.test(path) && path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => readText(path) ?? "")
    .join("\n");

/** Some codes are put together of a kind and a word: `refused/custody-` and `key`. */
const isThrownIn = (source: string, code: string): boolean => {
  const name = code.slice(code.indexOf("/") + 1);
  return [code, name, name.replace(/^[a-z]+-/, "")].some((word) => source.includes(`"${word}"`));
};

/** The least that a relayer's file holds, with every default. */
const relayerConfig: unknown = (({ bridge: _, ...rest }) => rest)(
  parseConfig({
    diem: { urls: ["http://diem"] },
    parachain: { urls: ["ws://parachain"] },
    relay: { urls: ["ws://relay"] },
    enclave: { url: "http://enclave" },
    redis: { url: "redis://redis" },
    bridge: Object.fromEntries(Object.entries(Object(formatBridgeConfig(exampleConfig)))),
  }),
);

/** Names of all fields of a JSON value. */
const fieldsOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]);
};

describe("documents", () => {
  const targets = documents.flatMap((path) =>
    linksIn(readText(path) ?? "")
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => ({ path, target })),
  );

  const fileOf = (path: string, target: string): string => {
    const [file = ""] = target.split("#");
    return file === "" ? path : normalize(join(dirname(path), file));
  };

  it("link to files that exist", () => {
    const missing = targets.filter(({ path, target }) => !existsSync(join(REPOSITORY, fileOf(path, target))));
    expect(missing.map(({ path, target }) => `${path}: ${target}`)).toEqual([]);
    expect(targets.length).toBeGreaterThan(50);
  });

  it("link to headings that exist", () => {
    const missing = targets.filter(({ path, target }) => {
      const [, fragment] = target.split("#");
      if (fragment === undefined) return false;
      return !headingsIn(readText(fileOf(path, target)) ?? "").some((heading) => fragmentOf(heading) === fragment);
    });
    expect(missing.map(({ path, target }) => `${path}: ${target}`)).toEqual([]);
  });

  it("name metrics that the relayer has", async () => {
    const known = new Set((await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name));
    expect(named(/\bpdiem_[a-z_]+/g, 5).filter((name) => !known.has(name))).toEqual([]);
  });

  it("name paths of the relayer's API, and commands of pdiem, that are there", () => {
    const source = sourceOf(/^relayer\/src\/(api|cli)\//);
    const paths = named(/\/api\/v1\/[a-z]+(?:[-/][a-z]+)*/g, 5);
    expect(paths.filter((path) => !source.includes(`"${path.replace("/api/v1", "")}`))).toEqual([]);
    const commands = named(/\bnpx pdiem (?!--)[a-z-]+/g, 10).map((text) => text.replace("npx pdiem ", ""));
    expect(commands.filter((name) => !source.includes(`command("${name}")`))).toEqual([]);
  });

  it("name actions that guardians can propose", () => {
    const phrases = named(/guardian propose "([a-z]+)/g, 3).map((text) => text.replace('guardian propose "', ""));
    const known = PHRASES.map(([phrase]) => phrase.split(" ")[0]);
    expect(phrases.filter((phrase) => !known.includes(phrase))).toEqual([]);
  });

  it("name codes of errors that are thrown", () => {
    const source = sourceOf(/\/src\//);
    const codes = named(/`(?:refused|proof|checkpoint|evidence)\/[a-z-]+`/g, 10).map((code) => code.slice(1, -1));
    expect(codes.filter((code) => !isThrownIn(source, code))).toEqual([]);
  });

  it("tell each field of a configuration", () => {
    const page = readText("docs/configuration.md") ?? "";
    const fields = [...fieldsOf(formatBridgeConfig(exampleConfig)), ...fieldsOf(relayerConfig)];
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(page))).toEqual([]);
    expect(fields.length).toBeGreaterThan(50);
  });
});
