/** The files that a bridge is run by, read as what runs them reads them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

export const REPOSITORY: string = fileURLToPath(new URL("../../..", import.meta.url));

export const textOf = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");

/** Lists a folder's files by the end of their names; paths are the repository's own. */
export const filesIn = (folder: string, end: string): readonly string[] =>
  readdirSync(join(REPOSITORY, folder))
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => `${folder}/${name}`);

/**
 * Reads all documents of a YAML file, merge keys resolved.
 * @throws Error that tells the first fault or warning, duplicate keys among them
 */
export const yamlDocumentsOf = (path: string): readonly unknown[] => {
  const documents = parseAllDocuments(textOf(path), { merge: true, uniqueKeys: true });
  if (!Array.isArray(documents)) throw new Error(`expected a document in ${path}`);
  return documents.map((document) => {
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) throw new Error(`${path}: ${fault.message}`);
    return document.toJS();
  });
};

/** Reads the one document of a YAML file. */
export const yamlOf = (path: string): unknown => {
  const [document, ...others] = yamlDocumentsOf(path);
  if (others.length > 0) throw new Error(`expected one document in ${path}`);
  return document;
};
