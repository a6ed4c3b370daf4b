/** The files of a ceremony: each operator's own, and those that others have sent. */
import { existsSync } from "node:fs";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { mergeRecords } from "@pdiem/bridge-client/ceremony/merge";
import {
  type CeremonyRecord,
  checkRecord,
  emptyRecord,
  formatRecord,
  parseRecord,
} from "@pdiem/bridge-client/ceremony/record";
import { ConfigError } from "../../error.js";
import { writeWhole } from "../../write-whole.js";
import { readJson } from "../json-file.js";

const MODE = 0o644;

/**
 * Reads what is there of a ceremony, put together.
 * @param own the operator's, which needn't be there yet
 * @param others those of other operators
 * @throws ConfigError of `readJson`; PdiemError of `parseRecord`, `checkRecord` and `mergeRecords`
 */
export const readRecords = (config: BridgeConfig, own: string, others: readonly string[]): CeremonyRecord => {
  const read = (path: string): CeremonyRecord => {
    const record = parseRecord(readJson(path));
    checkRecord(config, record);
    return record;
  };
  return mergeRecords(existsSync(own) ? read(own) : emptyRecord(config), others.map(read));
};

/** Keeps a ceremony's file. @throws ConfigError `config/unwritable` */
export const keepRecord = async (path: string, record: CeremonyRecord): Promise<void> => {
  try {
    await writeWhole(path, `${JSON.stringify(formatRecord(record), undefined, 2)}\n`, MODE);
  } catch (cause) {
    throw new ConfigError("config/unwritable", `expected to write ${path}: ${String(cause)}`, "never", { cause });
  }
};
