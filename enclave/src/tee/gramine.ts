/**
 * Intel SGX under Gramine, by its pseudo-files:
 * https://gramine.readthedocs.io/en/stable/attestation.html
 */
import { join } from "node:path";
import { TeeError } from "../error.js";
import { createSerial } from "../serial.js";
import { explainFailures, type PseudoFiles } from "./pseudo-files.js";
import { checkReportData, padReportData } from "./report-data.js";
import { checkSealingKey } from "./sealing-key.js";
import type { Tee } from "./tee.js";

const MAX_QUOTE = 64 * 1024;
const MAX_WORD = 64;
const SEALING_KEY_LENGTH = 16;
const QUEUE_LIMIT = 64;

// There is one `user_report_data` a process: of two that write it at once, both would get a quote
// for the second's.
const oneAtATime = createSerial(QUEUE_LIMIT);

const checkAttestationType = async (files: PseudoFiles, folder: string): Promise<void> => {
  const type = Buffer.from(await files.read(join(folder, "attestation_type"), MAX_WORD)).toString("latin1");
  if (type.trim() !== "dcap")
    throw new TeeError(
      "tee/attestation-type",
      `expected Gramine to attest by dcap, got ${JSON.stringify(type)}: set sgx.remote_attestation in the manifest`,
    );
};

/**
 * Opens Gramine. The sealing key is bound to MRENCLAVE. Neither another build, nor another machine,
 * nor this one after an update of its microcode gets it.
 * @param folder `/dev/attestation`
 * @throws TeeError where the folder isn't there or Gramine doesn't attest by DCAP
 */
export const openGramine = async (system: PseudoFiles, folder: string): Promise<Tee> => {
  const files = explainFailures(system);
  await checkAttestationType(files, folder);
  return {
    kind: "sgx",
    evidence: (reportData) =>
      oneAtATime(async () => {
        const field = padReportData(reportData);
        await files.write(join(folder, "user_report_data"), field);
        const bytes = await files.read(join(folder, "quote"), MAX_QUOTE);
        checkReportData("sgx", bytes, field);
        return { bytes };
      }),
    sealingKey: async () =>
      checkSealingKey(await files.read(join(folder, "keys/_sgx_mrenclave"), SEALING_KEY_LENGTH), SEALING_KEY_LENGTH),
  };
};
