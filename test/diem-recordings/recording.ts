/** Answers of a real Diem network, as `fixtures/diem/recordings` holds them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One exchange over HTTP. */
export interface Recording {
  readonly name: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly request?: unknown;
  readonly request_hex?: string;
  readonly response: string;
}

export interface Manifest {
  readonly chain_id: number;
  readonly epoch_change_versions: readonly number[];
  readonly validator_left_in_epoch_after_version: number;
  readonly validator_back_after_version: number;
  readonly accounts: Readonly<Record<string, { readonly address: string; readonly authentication_key: string }>>;
}

const FIXTURES = process.env.PDIEM_FIXTURES ?? fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));
export const FOLDER = join(FIXTURES, "diem", "recordings");

export const recordingsExist = (): boolean => existsSync(join(FOLDER, "recordings.jsonl"));

export const readManifest = (): Manifest => JSON.parse(readFileSync(join(FOLDER, "manifest.json"), "utf8")) as Manifest;

export const readRecordings = (): readonly Recording[] =>
  readFileSync(join(FOLDER, "recordings.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Recording);
