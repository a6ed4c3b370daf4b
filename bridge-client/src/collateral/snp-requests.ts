import { type Demand, demandIn } from "@pdiem/enclave-verifier/demand";
import type { SnpFamily } from "@pdiem/enclave-verifier/policy";
import { refuseFailures } from "@pdiem/enclave-verifier/refuse-failures";
import { FAMILY_NAMES, familyOfCpu } from "@pdiem/enclave-verifier/sev-snp/family";
import type { Report } from "@pdiem/enclave-verifier/sev-snp/report";
import { readTcbVersion } from "@pdiem/enclave-verifier/sev-snp/tcb-version";
import { checkVcek } from "@pdiem/enclave-verifier/sev-snp/vcek";
import { type Certificate, parseCertificate } from "@pdiem/enclave-verifier/x509/certificate";
import { parseChain, verifyChain, verifyIssuer, verifyRoot, verifyValidity } from "@pdiem/enclave-verifier/x509/chain";
import { verifyNotRevoked } from "@pdiem/enclave-verifier/x509/crl";
import { parsePem } from "@pdiem/enclave-verifier/x509/pem";
import { toHex } from "@pdiem/light-client/bytes";
import { readCrlBody } from "./crl-body.js";
import type { DocumentRequest } from "./document-request.js";

const MAX_CERTIFICATES = 64 * 1024;
const MAX_CRL = 1024 * 1024;
const TURIN_CHIP_ID_LENGTH = 8;

const demandChain: Demand = demandIn("chain");
const demandBinding: Demand = demandIn("binding");

/** AMD's certificates of a family, verified up to the pinned root. */
export interface SnpIssuers {
  /** ASK and ARK as they came. */
  readonly pem: string;
  readonly ask: Certificate;
  readonly ark: Certificate;
}

const pathOf = (family: SnpFamily, rest: string): string => `/vcek/v1/${FAMILY_NAMES[family]}/${rest}`;

/**
 * Lists the families that a report's chip may be of, the likeliest first. Reports tell it since
 * version 3; before, chip ids look so. Turin's chips use 8 of the 64 bytes.
 * @throws EvidenceRefusal `evidence/binding-family` for a processor that no known root vouches for,
 * `evidence/binding-chip-id` where the host hides which chip it is
 */
export const familiesOf = ({ cpu, chipId }: Report): readonly SnpFamily[] => {
  demandBinding(
    chipId.some((byte) => byte !== 0),
    "chip-id",
    "expected a report with its chip's id, the host masks it: switch MASK_CHIP_ID off",
  );
  if (cpu === undefined)
    return chipId.subarray(TURIN_CHIP_ID_LENGTH).every((byte) => byte === 0) ? ["turin"] : ["milan", "genoa"];
  const family = familyOfCpu(cpu.family, cpu.model);
  demandBinding(
    family !== undefined,
    "family",
    `expected a processor of Milan, Genoa or Turin, got CPUID family ${cpu.family}, model ${cpu.model}`,
  );
  return [family];
};

/**
 * Asks for the certificates of a family.
 * @param rootHash SHA-256 of the family's ARK, lower-case hex
 */
export const snpIssuersRequest = (family: SnpFamily, rootHash: string): DocumentRequest<SnpIssuers> => {
  const name = `ASK and ARK of ${FAMILY_NAMES[family]}`;
  return {
    name,
    places: [{ service: "kds", path: pathOf(family, "cert_chain") }],
    issuerChainHeaders: [],
    maximumBytes: MAX_CERTIFICATES,
    lasting: false,
    read: ({ body }, now) => {
      const pem = new TextDecoder("latin1").decode(body);
      const [ask, ark, ...others] = parseChain(
        name,
        refuseFailures("chain", "malformed", `${name} in PEM`, () => parsePem(pem)),
      );
      demandChain(ask !== undefined && ark !== undefined && others.length === 0, "length", `expected ${name}`);
      verifyRoot(ark, rootHash);
      demandChain(
        ask.commonName === `SEV-${FAMILY_NAMES[family]}`,
        "role",
        `expected ${name}, got "${ask.commonName}"`,
      );
      verifyIssuer(ask, ark, 0);
      verifyValidity([ask, ark], now);
      return { pem, ask, ark };
    },
  };
};

/** Asks for the ARK's list, which says whether the ASK is revoked. */
export const snpCrlRequest = (family: SnpFamily, { ask, ark }: SnpIssuers): DocumentRequest<Uint8Array> => {
  const name = `the revocation list of "${ark.commonName}"`;
  return {
    name,
    places: [{ service: "kds", path: pathOf(family, "crl") }],
    issuerChainHeaders: [],
    maximumBytes: MAX_CRL,
    lasting: false,
    read: ({ body }, now) => {
      const value = refuseFailures("revocation", "malformed", name, () => readCrlBody(body));
      verifyNotRevoked(value, ark, [ask, ark], now);
      return value;
    },
  };
};

/** Patch levels as two digits at least (AMD document 57230, parameters of the VCEK's request). */
const query = (report: Report, family: SnpFamily): string => {
  const { fmc, bootloader, tee, snp, microcode } = readTcbVersion(report.reportedTcb, family);
  const levels = { fmcSPL: fmc, blSPL: bootloader, teeSPL: tee, snpSPL: snp, ucodeSPL: microcode };
  return Object.entries(levels)
    .flatMap(([name, level]) => (level === undefined ? [] : [`${name}=${`${level}`.padStart(2, "0")}`]))
    .join("&");
};

/** Asks for the certificate of a report's chip, for the TCB that it reports. */
export const vcekRequest = (
  report: Report,
  family: SnpFamily,
  { ask, ark }: SnpIssuers,
  rootHash: string,
): DocumentRequest<Uint8Array> => {
  const { chipId } = report;
  const id = toHex(family === "turin" ? chipId.subarray(0, TURIN_CHIP_ID_LENGTH) : chipId);
  const name = `the VCEK of the ${FAMILY_NAMES[family]} ${id.slice(0, 16)}…`;
  return {
    name,
    places: [{ service: "kds", path: pathOf(family, `${id}?${query(report, family)}`) }],
    issuerChainHeaders: [],
    maximumBytes: MAX_CERTIFICATES,
    lasting: true,
    read: ({ body }, now) => {
      const vcek = refuseFailures("chain", "malformed", name, () => parseCertificate(body));
      verifyChain([vcek, ask, ark], rootHash, now);
      checkVcek(vcek, report, family);
      return vcek.der;
    },
  };
};
