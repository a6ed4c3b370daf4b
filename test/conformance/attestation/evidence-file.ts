import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { type ConformanceCase, equality } from "../conformance-case.js";

/** The bytes of a file of the folder. @throws Error for a file outside of it */
export const readEvidence = (folder: string, file: string): Uint8Array => {
  const path = resolve(folder, file);
  if (relative(resolve(folder), path).startsWith("..")) throw new Error(`expected a file in the folder, got ${file}`);
  return new Uint8Array(readFileSync(path));
};

export const readEvidenceText = (folder: string, file: string): string =>
  new TextDecoder().decode(readEvidence(folder, file));

/** Checks that a listed file is the one that was listed; no case where the list doesn't say. */
export const fileCases = (
  name: string,
  folder: string,
  { file, sha256 }: { readonly file: string; readonly sha256?: string | undefined },
): readonly ConformanceCase[] =>
  sha256 === undefined
    ? []
    : [
        equality(`${name} ${file} SHA-256`, sha256, () =>
          createHash("sha256").update(readEvidence(folder, file)).digest("hex"),
        ),
      ];
