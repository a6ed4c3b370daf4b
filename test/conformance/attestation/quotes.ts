import type { VerifiedEvidence } from "@pdiem/bridge-client/attestation/evidence";
import type { DcapCollateral } from "@pdiem/enclave-verifier/evidence";
import type { DcapPolicy } from "@pdiem/enclave-verifier/policy";
import { TCB_STATUSES, type TcbStatus } from "@pdiem/enclave-verifier/result";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { z } from "zod";
import { type ConformanceCase, equality } from "../conformance-case.js";
import { readEvidence, readEvidenceText } from "./evidence-file.js";
import { refusedUnderEvaluationNumber, verdictOf } from "./expectation.js";
import { type Input, verifyInput } from "./input.js";
import { outcomeCase } from "./outcome.js";
import type { QuoteItem } from "./schema.js";

const collateralFile = z.object({
  root_ca_crl: z.string(),
  pck_crl: z.string(),
  tcb_info_issuer_chain: z.string(),
  tcb_info: z.string(),
  tcb_info_signature: z.string(),
  qe_identity_issuer_chain: z.string(),
  qe_identity: z.string(),
  qe_identity_signature: z.string(),
});

const readCollateral = (folder: string, file: string): DcapCollateral => {
  const fields = collateralFile.parse(JSON.parse(readEvidenceText(folder, file)));
  return {
    kind: "dcap",
    rootCaCrl: fromHex(fields.root_ca_crl),
    pckCrl: fromHex(fields.pck_crl),
    tcbInfoIssuerChain: fields.tcb_info_issuer_chain,
    tcbInfo: fields.tcb_info,
    tcbInfoSignature: fromHex(fields.tcb_info_signature),
    qeIdentityIssuerChain: fields.qe_identity_issuer_chain,
    qeIdentity: fields.qe_identity,
    qeIdentitySignature: fromHex(fields.qe_identity_signature),
  };
};

const SGX_REGISTERS = ["mrEnclave"];
const TDX_REGISTERS = ["mrTd", "rtmr0", "rtmr1", "rtmr2"];

/** The evidence of an item, with the policy that admits it, or one that differs from that. */
export const quoteInput = (folder: string, item: QuoteItem, policy: Partial<DcapPolicy> = {}): Input => {
  const kind = "mrEnclave" in item.measurements ? "sgx" : "tdx";
  const names = kind === "sgx" ? SGX_REGISTERS : TDX_REGISTERS;
  const teePolicy: DcapPolicy = {
    measurements: [Object.fromEntries(names.map((name) => [name, String(item.measurements[name])]))],
    platforms: item.ppid === undefined ? "any" : [item.ppid],
    maximumAge: Number.MAX_SAFE_INTEGER,
    maximumRootCrlAge: Number.MAX_SAFE_INTEGER,
    statuses: TCB_STATUSES,
    advisories: "any",
    minimumEvaluationNumber: 0,
    ...policy,
  };
  return {
    evidence: { kind, quote: readEvidence(folder, item.file) },
    policy: { reportData: "any", [kind]: teePolicy },
    collateral: readCollateral(folder, item.collateral),
    now: Date.parse(item.verifyAt),
  };
};

type Verify = (policy?: Partial<DcapPolicy>) => VerifiedEvidence;

/** A status is the platform's if only a policy that lists it gets past it. */
const statusesFound = (verify: Verify): readonly TcbStatus[] =>
  TCB_STATUSES.filter((status) => outcome(() => verify({ statuses: [status] })) !== "evidence/policy-status");

const registersOf = ({ measurements, reportData }: VerifiedEvidence, names: readonly string[]) =>
  names.map((name) => `${name} ${name === "reportData" ? toHex(reportData) : measurements[name]}`);

export const quoteCases = (name: string, folder: string, item: QuoteItem): readonly ConformanceCase[] => {
  const { expected, computed } = item;
  const verify: Verify = (policy) => verifyInput(quoteInput(folder, item, policy));
  const admitting = (): VerifiedEvidence => verify();
  const cases = [outcomeCase(`${name} outcome`, expected, admitting, () => verify({ statuses: ["UpToDate"] }))];
  const verdict = verdictOf(expected);
  if (verdict === "reject" || verdict === undefined) return cases;

  const found = computed?.independentVerifier;
  if (typeof found === "object") {
    cases.push(
      equality(`${name} status`, [found.status], () => statusesFound(verify)),
      equality(`${name} advisories`, [true, ...found.adv.map(() => "evidence/policy-advisories")], () => [
        outcome(() => verify({ advisories: found.adv })) !== "evidence/policy-advisories",
        ...found.adv.map((left) => outcome(() => verify({ advisories: found.adv.filter((one) => one !== left) }))),
      ]),
    );
  }
  const number = refusedUnderEvaluationNumber(expected);
  if (number !== undefined)
    cases.push(
      equality(`${name} under evaluation number ${number}`, "evidence/policy-evaluation-number", () =>
        outcome(() => verify({ minimumEvaluationNumber: number })),
      ),
    );
  if (verdict === "accept") {
    const names = Object.keys(item.measurements);
    cases.push(
      equality(
        `${name} registers`,
        names.map((one) => `${one} ${item.measurements[one]}`),
        () => registersOf(admitting(), names),
      ),
    );
  }
  return cases;
};
