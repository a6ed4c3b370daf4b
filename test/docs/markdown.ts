/** The repository's own text: what is in it, and what Markdown points to. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const REPOSITORY: string = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Lists files that are or would be committed, by the end of their names; paths are the
 * repository's own.
 */
export const filesEnding = (...ends: readonly string[]): readonly string[] =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: REPOSITORY, encoding: "utf8" })
    .split("\n")
    .filter((path) => ends.some((end) => path.endsWith(end)));

/** Reads a file; undefined for one that is deleted and not committed yet. */
export const readText = (path: string): string | undefined => {
  try {
    return readFileSync(new URL(path, `file://${REPOSITORY}`), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
};

const withoutCode = (markdown: string): string => markdown.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");

/** Lists the targets of links and pictures, code left out. */
export const linksIn = (markdown: string): readonly string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);

/** Lists headings, without their marks. */
export const headingsIn = (markdown: string): readonly string[] =>
  [...markdown.replace(/```[\s\S]*?```/g, "").matchAll(/^#{1,6} (.+)$/gm)].map(([, title = ""]) => title.trim());

/** Writes a heading as the fragment that links to it have. */
export const fragmentOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
