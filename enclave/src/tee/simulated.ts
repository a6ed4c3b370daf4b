/** No TEE at all, for development: keeps nothing from the host, and its evidence says so. */
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { createFile, readFileIfPresent } from "../durable-file.js";
import { TeeError } from "../error.js";
import { padReportData } from "./report-data.js";
import type { Tee } from "./tee.js";

const SEALING_KEY_LENGTH = 32;
const SEALING_KEY_FILE = "simulated-sealing-key";

/** What simulated evidence is: UTF-8 JSON, signed by nobody. */
export interface SimulatedEvidence {
  readonly tee: "simulated";
  readonly notice: string;
  /**
   * What stands for the measurement of its code, 32 bytes; this and the next in hex without prefix.
   */
  readonly measurement: string;
  /** 64 bytes. */
  readonly reportData: string;
}

/**
 * Names simulated enclaves' code, whatever it is: SHA3-256 of "pdiem simulated enclave". Where they
 * run as one of several kinds, a space and its name are hashed with it.
 */
const measurementOf = (name: string | undefined): string =>
  createHash("sha3-256")
    .update(`pdiem simulated enclave${name === undefined ? "" : ` ${name}`}`)
    .digest("hex");

const NOTICE = "Development only: this is no TEE, its key is readable to the host, and anyone can make this evidence.";

const loadSealingKey = async (path: string): Promise<Uint8Array> => {
  const key = await readFileIfPresent(path, SEALING_KEY_LENGTH);
  if (key === undefined) {
    await createFile(path, randomBytes(SEALING_KEY_LENGTH));
    return loadSealingKey(path);
  }
  if (key.length !== SEALING_KEY_LENGTH)
    throw new TeeError("tee/sealing-key", `expected ${SEALING_KEY_LENGTH} bytes in ${path}, got ${key.length}`);
  return key;
};

/**
 * @param machine folder that stands for the machine: whoever has it can unseal what was sealed
 * there
 * @param name the kind that it stands for, where there are several
 */
export const simulatedTee = (machine: string, name?: string): Tee => ({
  kind: "simulated",
  evidence: async (reportData) => {
    const evidence: SimulatedEvidence = {
      tee: "simulated",
      notice: NOTICE,
      measurement: measurementOf(name),
      reportData: toHex(padReportData(reportData)),
    };
    return { bytes: utf8(JSON.stringify(evidence)) };
  },
  sealingKey: () => loadSealingKey(join(machine, SEALING_KEY_FILE)),
});
