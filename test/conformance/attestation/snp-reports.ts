import type { VerifiedEvidence } from "@pdiem/bridge-client/attestation/evidence";
import type { Policy, SnpPolicy, SnpTcb } from "@pdiem/enclave-verifier/policy";
import { type Report, readReport } from "@pdiem/enclave-verifier/sev-snp/report";
import { toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { type ConformanceCase, equality } from "../conformance-case.js";
import { fileCases, readEvidence, readEvidenceText } from "./evidence-file.js";
import { isRefusedUnderTcbFloor, verdictOf } from "./expectation.js";
import { type Input, verifyInput } from "./input.js";
import { outcomeCase } from "./outcome.js";
import type { SnpItem } from "./schema.js";

const NO_FLOOR: SnpTcb = { bootloader: 0, tee: 0, snp: 0, microcode: 0 };
/** Highest patch levels that can be written, so above every platform's. */
const HIGHEST_FLOOR: SnpTcb = { bootloader: 255, tee: 255, snp: 255, microcode: 255 };

const snpPolicy = ({ fields }: SnpItem, minimumTcb: SnpPolicy["minimumTcb"]): Policy => ({
  reportData: "any",
  "sev-snp": {
    measurements: [{ measurement: String(fields.measurement), vmpl: String(fields.vmpl ?? 0) }],
    platforms: "any",
    maximumAge: Number.MAX_SAFE_INTEGER,
    maximumRootCrlAge: Number.MAX_SAFE_INTEGER,
    minimumTcb,
  },
});

/** The evidence of an item, with a policy that has this minimum TCB for all families. */
export const snpInput = (folder: string, item: SnpItem, floor = NO_FLOOR): Input => ({
  evidence: { kind: "sev-snp", report: readEvidence(folder, item.file) },
  policy: snpPolicy(item, { milan: floor, genoa: floor, turin: floor }),
  collateral: {
    kind: "sev-snp",
    vcek: readEvidence(folder, item.vcek.file),
    chain: readEvidenceText(folder, item.chain.split(" ")[0] ?? ""),
  },
  now: Date.parse(item.verifyAt ?? item.vcekValidity[0]),
});

const FIELDS: Readonly<Record<string, (report: Report) => string | number>> = {
  version: ({ version }) => version,
  guest_svn: ({ guestSvn }) => guestSvn,
  policy: ({ policy }) => `0x${policy.toString(16)}`,
  vmpl: ({ vmpl }) => vmpl,
  sigalgo: ({ signatureAlgorithm }) => signatureAlgorithm,
  current_tcb: ({ currentTcb }) => toHex(currentTcb),
  platform_info: ({ platformInfo }) => `0x${platformInfo.toString(16)}`,
  signer_info: ({ signerInfo }) => `0x${signerInfo.toString(16)}`,
  report_data: ({ reportData }) => toHex(reportData),
  measurement: ({ measurement }) => toHex(measurement),
  host_data: ({ hostData }) => toHex(hostData),
  reported_tcb: ({ reportedTcb }) => toHex(reportedTcb),
  chip_id: ({ chipId }) => toHex(chipId),
  committed_tcb: ({ committedTcb }) => toHex(committedTcb),
  launch_tcb: ({ launchTcb }) => toHex(launchTcb),
};

export const snpCases = (name: string, folder: string, item: SnpItem): readonly ConformanceCase[] => {
  const admitting = (): VerifiedEvidence => verifyInput(snpInput(folder, item));
  const withoutFamilies = (): VerifiedEvidence =>
    verifyInput({ ...snpInput(folder, item), policy: snpPolicy(item, {}) });
  const names = Object.keys(FIELDS).filter((field) => field in item.fields);
  const cases = [
    ...fileCases(name, folder, item.vcek),
    outcomeCase(`${name} outcome`, item.expected, admitting, withoutFamilies),
    equality(
      `${name} fields`,
      names.map((field) => `${field} ${item.fields[field]}`),
      () => {
        const report = readReport(readEvidence(folder, item.file));
        return names.map((field) => `${field} ${FIELDS[field]?.(report)}`);
      },
    ),
  ];
  if (verdictOf(item.expected) === "accept")
    cases.push(
      equality(`${name} where its family isn't admitted`, "evidence/policy-family", () => outcome(withoutFamilies)),
    );
  if (isRefusedUnderTcbFloor(item.expected))
    cases.push(
      equality(`${name} under a TCB floor`, "evidence/tcb-below-minimum", () =>
        outcome(() => verifyInput(snpInput(folder, item, HIGHEST_FLOOR))),
      ),
    );
  return cases;
};
