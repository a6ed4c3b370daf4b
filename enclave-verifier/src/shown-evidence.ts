import { fromHex } from "@pdiem/light-client/bytes";
import { asObject, textField } from "./dcap/json-fields.js";
import { parseUnambiguousJson } from "./dcap/unambiguous-json.js";
import type { Evidence } from "./evidence.js";
import { EvidenceRefusal } from "./refusal.js";
import { refuseFailures } from "./refuse-failures.js";

const MAX_SIMULATED = 4096;
const REPORT_DATA_LENGTH = 64;

/**
 * What an enclave says beside its evidence, not to be believed, and the evidence in its TEE's own
 * format.
 */
export interface ShownEvidence {
  /** `sgx`, `tdx`, `sev-snp` or `simulated`. */
  readonly tee: string;
  readonly bytes: Uint8Array;
}

/** The JSON of a simulated enclave: `measurement` and `reportData` in hex. */
const readSimulated = (bytes: Uint8Array): Extract<Evidence, { kind: "simulated" }> =>
  refuseFailures("format", "simulated", "the JSON of a simulated enclave", () => {
    if (bytes.length > MAX_SIMULATED) throw new RangeError(`${bytes.length} bytes are more than ${MAX_SIMULATED}`);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const said = asObject(parseUnambiguousJson(text), "evidence");
    return {
      kind: "simulated",
      measurement: fromHex(textField(said, "measurement")),
      reportData: fromHex(textField(said, "reportData"), REPORT_DATA_LENGTH),
    };
  });

/**
 * Reads evidence as enclaves show it, for `verifyEvidence`. An enclave that says it is of another
 * kind gets its evidence refused there.
 * @throws EvidenceRefusal `evidence/format-tee`, `evidence/format-simulated`
 */
export const readShownEvidence = ({ tee, bytes }: ShownEvidence): Evidence => {
  switch (tee) {
    case "sgx":
    case "tdx":
      return { kind: tee, quote: bytes };
    case "sev-snp":
      return { kind: tee, report: bytes };
    case "simulated":
      return readSimulated(bytes);
    default:
      throw new EvidenceRefusal(
        "format",
        "tee",
        `expected evidence of sgx, tdx, sev-snp or simulated, got "${tee.slice(0, 40)}"`,
      );
  }
};
