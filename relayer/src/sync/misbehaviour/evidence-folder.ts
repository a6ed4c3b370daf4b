/**
 * Evidence on disk, for whoever wants to see and verify it later. Whoever can write there can put
 * forged files beside it.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { culpritName, culpritsOf, misbehaviourHash } from "@pdiem/bridge/governance/misbehaviour";
import { type EvidenceFile, formatEvidenceFile, parseEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { makeFolder } from "@pdiem/bridge-client/make-folder";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { writeWhole } from "../../write-whole.js";

export interface KeptFile {
  readonly path: string;
  readonly file: EvidenceFile;
}

export interface EvidenceFolder {
  /**
   * This bridge's files that can be read, and prove what they say by the sets that they name
   * themselves. Nobody else need know those. None where there is no folder.
   */
  readonly load: () => Promise<readonly KeptFile[]>;
  /** Writes a file as a whole or not at all, unless it is there. @returns its path */
  readonly keep: (file: EvidenceFile) => Promise<string>;
}

/** Evidence and sets in hex, at their largest. */
const MAX_FILE_BYTES = 20 * 1024 * 1024;
const MAX_FILES = 64;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

/** `undefined` for a file that isn't there, or isn't evidence. */
const read = async (path: string): Promise<EvidenceFile | undefined> => {
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES) return undefined;
    return parseEvidenceFile(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (isMissing(error) || isPdiemError(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Such as `relay-3-5-6e33…`: whose misbehaviour it is or may be, and which evidence of it. */
const nameOf = ({ misbehaviour }: EvidenceFile): string =>
  [
    ...culpritsOf(misbehaviour).map((one, i) => (i === 0 ? culpritName(one) : `${one.value}`)),
    toHex(misbehaviourHash(misbehaviour)).slice(0, 16),
  ].join("-");

/** @param folder made when it is first needed */
export const openEvidenceFolder = (folder: string, bridgeId: Uint8Array): EvidenceFolder => {
  const prefix = `misbehaviour-${toHex(bridgeId).slice(0, 16)}-`;
  const root = resolve(folder);
  return {
    load: async () => {
      const names = await readdir(root).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      const kept: KeptFile[] = [];
      for (const name of names.filter((one) => one.startsWith(prefix) && one.endsWith(".json")).slice(0, MAX_FILES)) {
        const path = join(root, name);
        const file = await read(path);
        if (file !== undefined && equal(file.bridgeId, bridgeId)) kept.push({ path, file });
      }
      return kept;
    },
    keep: async (file) => {
      const path = join(root, `${prefix}${nameOf(file)}.json`);
      await makeFolder(root);
      const there = await read(path);
      if (there === undefined || !equal(misbehaviourHash(there.misbehaviour), misbehaviourHash(file.misbehaviour)))
        await writeWhole(path, `${JSON.stringify(formatEvidenceFile(file), undefined, 2)}\n`, 0o644);
      return path;
    },
  };
};
