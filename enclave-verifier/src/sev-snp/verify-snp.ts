import { toHex } from "@pdiem/light-client/bytes";
import { type Demand, demandIn } from "../demand.js";
import type { SnpCollateral } from "../evidence.js";
import type { SnpFamily, SnpPolicy, SnpTcb } from "../policy.js";
import { EvidenceRefusal } from "../refusal.js";
import { refuseFailures } from "../refuse-failures.js";
import type { Measurements, ValidityWindow, VerifiedEvidence } from "../result.js";
import { checkAge, checkMeasurements, checkPlatform, checkReportData } from "../tee-policy.js";
import { intersection } from "../validity.js";
import type { Verification } from "../verification.js";
import type { Certificate } from "../x509/certificate.js";
import { parseChain, verifyChain } from "../x509/chain.js";
import { verifyNotRevoked } from "../x509/crl.js";
import { parsePem } from "../x509/pem.js";
import { FAMILIES, FAMILY_NAMES, familyOfCpu } from "./family.js";
import { checkGuestPolicy } from "./guest-policy.js";
import { type Report, readReport } from "./report.js";
import { checkReportSignature } from "./report-signature.js";
import { partsBelow, readTcbVersion } from "./tcb-version.js";
import { checkVcek } from "./vcek.js";

const HIGHEST_VMPL = 3;
/** Bits 4:2 of a report's signer info: which key signed. 0 is the VCEK. */
const SIGNING_KEY = 0x1c;
const AUTHOR_KEY_ENABLED = 1;

const inFormat: Demand = demandIn("format");
const inPolicy: Demand = demandIn("policy");
const inTcb: Demand = demandIn("tcb");

/** VCEK, ASK and ARK. */
export type SnpChain = readonly [vcek: Certificate, ask: Certificate, ark: Certificate];

/** The certificates of a chip alone. */
type SnpCertificates = Pick<SnpCollateral, "vcek" | "chain">;
type SnpVerification = Omit<Verification, "collateral"> & { readonly collateral: SnpCertificates };

const readChain = (collateral: SnpCertificates): SnpChain => {
  const issuers = refuseFailures("chain", "malformed", "ASK and ARK in PEM", () => parsePem(collateral.chain));
  const [vcek, ask, ark, ...others] = issuers.length === 2 ? parseChain("VCEK", [collateral.vcek, ...issuers]) : [];
  if (vcek === undefined || ask === undefined || ark === undefined || others.length > 0)
    throw new EvidenceRefusal(
      "chain",
      "length",
      `expected ASK and ARK in this order, got ${issuers.length} certificates`,
    );
  return [vcek, ask, ark];
};

const familyOfChain = ([, ask, ark]: SnpChain): SnpFamily => {
  const family = FAMILIES.find((one) => ark.commonName === `ARK-${FAMILY_NAMES[one]}`);
  if (family === undefined || ask.commonName !== `SEV-${FAMILY_NAMES[family]}`)
    throw new EvidenceRefusal(
      "chain",
      "role",
      `expected ASK and ARK of one family of processors, got "${ask.commonName}" and "${ark.commonName}"`,
    );
  return family;
};

const checkSigner = ({ vmpl, signerInfo, cpu }: Report, family: SnpFamily): void => {
  inFormat(
    (signerInfo & ~(SIGNING_KEY | AUTHOR_KEY_ENABLED)) === 0 && (signerInfo & SIGNING_KEY) === 0,
    "snp-signer",
    `expected a report signed by the chip's VCEK, unmasked, got signer info 0x${signerInfo.toString(16)}`,
  );
  inFormat(vmpl <= HIGHEST_VMPL, "snp-vmpl", `expected a report that the guest asked for, got VMPL ${vmpl}`);
  if (cpu === undefined || familyOfCpu(cpu.family, cpu.model) === family) return;
  throw new EvidenceRefusal(
    "binding",
    "family",
    `expected a processor of the ${family} family, got CPUID family ${cpu.family}, model ${cpu.model}`,
  );
};

/**
 * All four: what the firmware can be rolled back to counts, and what the guest was launched under.
 */
const checkTcbs = (report: Report, family: SnpFamily, floor: SnpTcb): void => {
  const { currentTcb, reportedTcb, committedTcb, launchTcb } = report;
  for (const [name, bytes] of Object.entries({ currentTcb, reportedTcb, committedTcb, launchTcb })) {
    const below = partsBelow(readTcbVersion(bytes, family), floor);
    inTcb(
      below.length === 0,
      "below-minimum",
      `expected at least the minimum TCB of the ${family} family, ${name} ${toHex(bytes)} is below it in ${below.join(", ")}: update the platform's firmware`,
    );
  }
};

const measurementsOf = (report: Report): Measurements => ({
  measurement: toHex(report.measurement),
  hostData: toHex(report.hostData),
  policy: report.policy.toString(),
  vmpl: report.vmpl.toString(),
  guestSvn: report.guestSvn.toString(),
  idKeyDigest: toHex(report.idKeyDigest),
  authorKeyDigest: toHex(report.authorKeyDigest),
  platformInfo: report.platformInfo.toString(),
  reportedTcb: toHex(report.reportedTcb),
  currentTcb: toHex(report.currentTcb),
  committedTcb: toHex(report.committedTcb),
  launchTcb: toHex(report.launchTcb),
});

/**
 * Software of lower privilege in the guest can ask for reports with the same measurement. Entries
 * are for VMPL 0 unless they say otherwise.
 */
const forHighestPrivilege = ({ measurements }: SnpPolicy): Pick<SnpPolicy, "measurements"> => ({
  measurements: measurements.map((entry) => ({ vmpl: "0", ...entry })),
});

/**
 * Verifies a report as `verifySnp` does, with another judgement of what is revoked.
 * @param revocation judges a chain that is verified; tells when what it knows was issued, and until
 * when it holds
 * @throws EvidenceRefusal
 */
export const verifySnpBy = (
  revocation: (chain: SnpChain, now: number) => ValidityWindow,
  bytes: Uint8Array,
  { policy, collateral, now, roots }: SnpVerification,
): VerifiedEvidence => {
  const snpPolicy = policy["sev-snp"];
  inPolicy(snpPolicy !== undefined, "kind", "expected a TEE that the policy admits, it has nothing about SEV-SNP");
  const report = readReport(bytes);
  const chain = readChain(collateral);
  const [vcek] = chain;
  const family = familyOfChain(chain);
  // The family's ARK is pinned, so a chain of one family can't vouch for a processor of another.
  verifyChain(chain, roots.amd[family], now);
  const crl = revocation(chain, now);
  checkSigner(report, family);
  checkReportSignature(report, checkVcek(vcek, report, family));
  const floor = snpPolicy.minimumTcb[family];
  inPolicy(
    floor !== undefined,
    "family",
    `expected a processor of an admitted family, ${family} isn't: the policy has no minimum TCB for it`,
  );
  checkTcbs(report, family, floor);
  checkGuestPolicy(report.policy);
  const measurements = measurementsOf(report);
  const platform = toHex(report.chipId);
  checkMeasurements(forHighestPrivilege(snpPolicy), measurements, ["measurement"]);
  checkReportData(policy, report.reportData);
  checkPlatform(snpPolicy, platform);
  checkAge(snpPolicy.maximumAge, vcek.validity.from, now);
  checkAge(snpPolicy.maximumRootCrlAge, crl.from, now);
  return {
    kind: "sev-snp",
    measurements,
    tcb: { status: "UpToDate", advisories: [] },
    reportData: new Uint8Array(report.reportData),
    platform,
    validity: intersection([...chain.map(({ validity }) => validity), crl]),
  };
};

/**
 * Verifies a report of AMD SEV-SNP. Chain to the family's pinned root, revocation, and the VCEK of
 * chip and TCB are checked. Then signature, guest policy, minimum TCB, and what the policy asks of
 * every TEE. Its age is the VCEK's, as reports don't tell the time.
 * @param bytes the report, 1,184 bytes
 * @throws EvidenceRefusal
 */
export const verifySnp = (bytes: Uint8Array, verification: Verification<SnpCollateral>): VerifiedEvidence =>
  verifySnpBy(
    ([, ask, ark], now) => verifyNotRevoked(verification.collateral.crl, ark, [ask, ark], now),
    bytes,
    verification,
  );
