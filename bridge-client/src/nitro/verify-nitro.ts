import { verifyEcdsa } from "@pdiem/enclave-verifier/crypto/ecdsa";
import { type Demand, demandIn } from "@pdiem/enclave-verifier/demand";
import { refuseFailures } from "@pdiem/enclave-verifier/refuse-failures";
import type { Measurements } from "@pdiem/enclave-verifier/result";
import { checkAge, checkMeasurements, checkPlatform, checkReportData } from "@pdiem/enclave-verifier/tee-policy";
import { intersection, timeText } from "@pdiem/enclave-verifier/validity";
import type { Certificate } from "@pdiem/enclave-verifier/x509/certificate";
import { parseChain, verifyChain } from "@pdiem/enclave-verifier/x509/chain";
import { ecdsaKey } from "@pdiem/enclave-verifier/x509/ecdsa-signature";
import { toHex } from "@pdiem/light-client/bytes";
import type { Policy, Roots, VerifiedEvidence } from "../attestation/evidence.js";
import { type AttestationDocument, readAttestationDocument } from "./attestation-document.js";
import { readCoseSign1 } from "./cose-sign1.js";

/**
 * The registers of the enclave's image, its kernel and its application. In debug mode they are
 * zero.
 */
const IMAGE_REGISTERS = [0, 1, 2] as const;
const CURVE = "P-384";

const registerName = (index: number): string => `pcr${index}`;

const inChain: Demand = demandIn("chain");
const inSignature: Demand = demandIn("signature");
const inPolicy: Demand = demandIn("policy");

const keyOf = (leaf: Certificate): Uint8Array => {
  const { curve, point } = refuseFailures("chain", "role", "an enclave's key on P-384", () => ecdsaKey(leaf.spki));
  inChain(curve === CURVE, "role", `expected an enclave's key on P-384, got ${curve}`);
  return point;
};

/**
 * The leaf is made for one enclave, whose name it has, and lives for 3 hours: documents are made
 * within.
 */
const checkLeaf = (leaf: Certificate, { moduleId, timestamp }: AttestationDocument, now: number): void => {
  inChain(
    leaf.commonName === moduleId || leaf.commonName.startsWith(`${moduleId}.`),
    "role",
    `expected a certificate for the enclave ${moduleId.slice(0, 100)}, got "${leaf.commonName}"`,
  );
  inChain(
    leaf.validity.from <= timestamp && timestamp <= now,
    "timestamp",
    `expected a document made between ${timeText(leaf.validity.from)} and ${timeText(now)}, it is of ${timeText(timestamp)}`,
  );
};

const checkMode = ({ pcrs }: AttestationDocument): void => {
  const registers = IMAGE_REGISTERS.map((index) => pcrs.get(index));
  inPolicy(
    registers.every((register) => register?.some((byte) => byte !== 0) === true),
    "debug",
    "expected PCR0 to PCR2 not to be zero: they are for an enclave in debug mode, whose console the host reads",
  );
};

const measurementsOf = ({ pcrs }: AttestationDocument): Measurements =>
  Object.fromEntries([...pcrs].map(([index, register]) => [registerName(index), toHex(register)]));

/**
 * What a document is judged by. `now` is in milliseconds since 1970, of a clock that is trusted.
 */
export interface NitroVerification {
  readonly policy: Policy;
  readonly now: number;
  readonly roots: Roots;
}

/**
 * Verifies an attestation document of AWS Nitro Enclaves. Chain to the pinned root, signature, time
 * of making and debug mode are checked. So is what the policy asks of every TEE. Its age is the
 * document's own.
 * @param bytes an untagged COSE_Sign1
 * @throws EvidenceRefusal
 */
export const verifyNitro = (bytes: Uint8Array, { policy, now, roots }: NitroVerification): VerifiedEvidence => {
  const nitroPolicy = policy.nitro;
  inPolicy(nitroPolicy !== undefined, "kind", "expected a TEE that the policy admits, it has nothing about Nitro");
  const message = readCoseSign1(bytes);
  const document = readAttestationDocument(message.payload);
  const chain = parseChain("attestation document", [document.certificate, ...document.caBundle.toReversed()]);
  verifyChain(chain, roots.awsNitro, now);
  const [leaf] = chain;
  inChain(leaf !== undefined, "length", "expected a certificate");
  checkLeaf(leaf, document, now);
  inSignature(
    verifyEcdsa(CURVE, keyOf(leaf), message.signed, message.signature),
    "document",
    "expected the document to be signed by its certificate's key, it isn't",
  );
  checkMode(document);
  const measurements = measurementsOf(document);
  checkMeasurements(nitroPolicy, measurements, IMAGE_REGISTERS.map(registerName));
  checkReportData(policy, document.userData);
  checkPlatform(nitroPolicy, undefined);
  checkAge(nitroPolicy.maximumAge, document.timestamp, now);
  return {
    kind: "nitro",
    measurements,
    tcb: { status: "UpToDate", advisories: [] },
    reportData: new Uint8Array(document.userData),
    platform: undefined,
    validity: intersection([
      ...chain.map(({ validity }) => validity),
      { from: document.timestamp, until: leaf.validity.until },
    ]),
  };
};
