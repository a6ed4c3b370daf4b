/**
 * The measurement of this program itself, as its own evidence has it: in the form of a
 * configuration's.
 */
import type { Measurement } from "@pdiem/bridge/config/measurement";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { concat } from "@pdiem/light-client/bytes";
import { TeeError } from "./error.js";
import { reportDataOffset } from "./tee/report-data.js";
import type { Tee } from "./tee/tee.js";

/**
 * Where a measurement's parts are, counted from the report data: MRENCLAVE; MRTD and RTMR0 to 3;
 * the launch digest.
 */
const PARTS = {
  sgx: [[-256, 32]],
  tdx: [
    [-384, 48],
    [-192, 192],
  ],
  "sev-snp": [[64, 48]],
} as const;

const valueIn = (kind: keyof typeof PARTS, evidence: Uint8Array): Uint8Array => {
  const at = reportDataOffset(kind, evidence);
  if (at === undefined)
    throw new TeeError("tee/evidence-form", `expected ${kind} evidence of a known version from the machine`, "backoff");
  return concat(...PARTS[kind].map(([offset, length]) => evidence.subarray(at + offset, at + offset + length)));
};

/**
 * Reads which code this is, so that it knows whether guardians still admit it (PROTOCOL 6).
 * @throws TeeError
 */
export const ownMeasurement = async (tee: Tee): Promise<Measurement> => {
  const { bytes } = await tee.evidence(new Uint8Array(32));
  if (tee.kind !== "simulated") return { tee: tee.kind, value: valueIn(tee.kind, bytes) };
  const shown = readShownEvidence({ tee: tee.kind, bytes });
  return { tee: tee.kind, value: shown.kind === "simulated" ? shown.measurement : new Uint8Array() };
};
