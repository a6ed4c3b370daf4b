/** Docstrings parse at first reading: no fragments, no errors by hearsay, no long lines. */
import { describe, expect, it } from "vitest";
import { filesEnding, readText } from "../docs/markdown.js";

const MAX_WIDTH = 100;
const MAX_WORDS = 20;
const FRAGMENTS = new Set(["Of", "As", "Than", "That", "Those", "Whom", "Which"]);

interface Docstring {
  readonly path: string;
  /** On one line, without its marks. */
  readonly text: string;
}

const sources = filesEnding(".ts", ".tsx").flatMap((path) => {
  const text = readText(path);
  return text === undefined ? [] : [{ path, text }];
});

const isTooLong = (line: string): boolean => line.length > MAX_WIDTH && /^\s*(\/\/|\/\*|\*)/.test(line);

const longLinesOf = (text: string): readonly number[] =>
  text.split("\n").flatMap((line, at) => (isTooLong(line) ? [at + 1] : []));

const docstringsOf = (text: string): readonly string[] =>
  [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map(([, body = ""]) =>
    body
      .replace(/^\s*\* ?/gm, "")
      .replace(/\s+/g, " ")
      .trim(),
  );

/**
 * Sentences of a docstring, those of its lists and tags apart. A list of names or bounds after a
 * colon, or between semicolons, is read piece by piece.
 */
const sentencesOf = (text: string): readonly string[] =>
  [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)]
    .flatMap(([, body = ""]) =>
      body.replace(/^\s*\* ?/gm, "").split(/\n\s*(?:-|\d\.)\s|\n\s*\n|@(?:param \w+|returns|throws)/),
    )
    .flatMap((part) =>
      part
        .replace(/\s+/g, " ")
        .trim()
        .split(/(?<=[.!?;:,])\s+(?=[A-Z`0-9(])|(?<=[.!?;:])\s+/),
    );

const isLongWinded = (sentence: string): boolean => sentence.split(" ").length > MAX_WORDS;

const isFragment = (docstring: string): boolean => FRAGMENTS.has(docstring.split(" ")[0] ?? "");

const isHearsay = (docstring: string): boolean => /@throws\b[^@]*?(?<!such )\bas `/.test(docstring);

describe("comments of all sources", () => {
  const docstrings: readonly Docstring[] = sources.flatMap(({ path, text }) =>
    docstringsOf(text).map((docstring) => ({ path, text: docstring })),
  );

  it("have lines of at most 100 characters", () => {
    const long = sources.flatMap(({ path, text }) => longLinesOf(text).map((line) => `${path}:${line}`));
    expect(long).toEqual([]);
  });

  it(`have sentences of at most ${MAX_WORDS} words in docstrings`, () => {
    const long = sources.flatMap(({ path, text }) =>
      sentencesOf(text)
        .filter(isLongWinded)
        .map((sentence) => `${path}: ${sentence}`),
    );
    expect(long).toEqual([]);
  });

  it("begin no docstring as a fragment", () => {
    expect(docstrings.filter(({ text }) => isFragment(text))).toEqual([]);
  });

  it("name the errors thrown, or whose they are", () => {
    expect(docstrings.filter(({ text }) => isHearsay(text))).toEqual([]);
  });

  it("are seen by these rules", () => {
    expect(docstrings.length).toBeGreaterThan(1_000);
    expect(longLinesOf(`// ${"x".repeat(97)}\n  // ${"x".repeat(96)}`)).toEqual([2]);
    const samples = ["Of the list.", "Lists. @throws as `x`", "Offers one. @throws ProofError of `x`"];
    const text = samples.map((sample) => `/** ${sample} */`).join("\n");
    expect(docstringsOf(text).map((found) => [isFragment(found), isHearsay(found)])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});
