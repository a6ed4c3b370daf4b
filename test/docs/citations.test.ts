/** What sources and documents cite is there: sections of the specification, files, tags, metrics, commands. */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
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
  const number = /^(\d+)\. /.exec(title)?.[1];
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
  it("has ten sections", () => {
    expect([...sections.keys()]).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
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
    expect(["2", "3", "4", "5", "6", "7", "8"].filter((number) => !cited.has(number))).toEqual([]);
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
    const named = documents.flatMap((path) => (readText(path) ?? "").match(/\bpdiem_[a-z_]+/g) ?? []);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });
});
