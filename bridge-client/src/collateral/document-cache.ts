import { randomUUID } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { makeFolder } from "../make-folder.js";
import type { DocumentAnswer, DocumentRequest } from "./document-request.js";

/** An answer that was kept, not looked into, and when it came: milliseconds since 1970. */
export interface KeptAnswer {
  readonly fetchedAt: number;
  readonly answer: DocumentAnswer;
}

/** A folder with an answer a file, named after its request. Several processes may share one. */
export interface DocumentCache {
  /** Reads the kept answer; undefined where there is none, or none that can be read. */
  readonly read: (request: DocumentRequest<unknown>) => Promise<KeptAnswer | undefined>;
  /**
   * Puts an answer in the place of an older one, whole or not at all.
   * @throws the platform's error
   */
  readonly write: (request: DocumentRequest<unknown>, kept: KeptAnswer) => Promise<void>;
}

const MAX_CHAIN = 16 * 1024;

const keptFile = z.strictObject({
  fetchedAt: z.number(),
  issuerChain: z.string().max(MAX_CHAIN).optional(),
  body: z.base64(),
});

/** A name that an operator can tell the document by, of characters that every file system takes. */
const fileName = ({ places: [place] }: DocumentRequest<unknown>): string =>
  `${`${place?.service}${place?.path}`.replaceAll(/[^A-Za-z0-9=-]+/g, "_")}.json`;

const readAtMost = async (path: string, bytes: number): Promise<string> => {
  const file = await open(path, "r");
  try {
    if ((await file.stat()).size > bytes) throw new Error(`expected at most ${bytes} bytes in ${path}`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
};

export const createDocumentCache = (folder: string): DocumentCache => ({
  read: async (request) => {
    try {
      const text = await readAtMost(join(folder, fileName(request)), 2 * request.maximumBytes + 2 * MAX_CHAIN);
      const { fetchedAt, issuerChain, body } = keptFile.parse(JSON.parse(text));
      const bytes = new Uint8Array(Buffer.from(body, "base64"));
      return { fetchedAt, answer: { body: bytes, ...(issuerChain === undefined ? {} : { issuerChain }) } };
    } catch {
      // What can't be read is fetched anew.
      return undefined;
    }
  },
  write: async (request, { fetchedAt, answer: { body, issuerChain } }) => {
    await makeFolder(folder);
    const path = join(folder, fileName(request));
    const temporary = `${path}.${randomUUID()}`;
    try {
      const file = { fetchedAt, issuerChain, body: Buffer.from(body).toString("base64") };
      await writeFile(temporary, JSON.stringify(file), { flag: "wx" });
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
  },
});
