import {
  createNitroEnclave,
  TEST_TIMESTAMP,
  TEST_USER_DATA,
  testPcr,
} from "@pdiem/bridge-client/testing/nitro-enclave";
import type { SnpCollateral } from "@pdiem/enclave-verifier/evidence";
import type { SnpFamily } from "@pdiem/enclave-verifier/policy";
import { type Holder, issueCrl, toPem } from "@pdiem/enclave-verifier/testing/certificates";
import { TEST_NOW } from "@pdiem/enclave-verifier/testing/dcap-statements";
import {
  createSnpPlatform,
  signReport,
  TEST_MEASUREMENT,
  TEST_REPORT_DATA,
  TEST_TCB,
} from "@pdiem/enclave-verifier/testing/snp-platform";
import { toHex } from "@pdiem/light-client/bytes";
import { mutateBytes, mutateInPlace } from "./mutate-bytes.js";
import { remadeBy } from "./remade.js";
import type { Input, Subject } from "./subject.js";

const YEAR = 365 * 24 * 3_600_000;

const snpSubject = async (family: SnpFamily, version: number): Promise<Subject> => {
  const tcb = family === "turin" ? { ...TEST_TCB, fmc: 1 } : TEST_TCB;
  const { report, collateral: certificates, roots, ark, ask, vcek } = await createSnpPlatform({ family, tcb });
  const crl = await issueCrl({ issuer: ark, revoked: ["05"] });
  const collateral = { ...certificates, crl };
  const bytes = report({ version });
  const input: Input = {
    evidence: { kind: "sev-snp", report: bytes },
    policy: {
      reportData: TEST_REPORT_DATA,
      "sev-snp": {
        measurements: [{ measurement: toHex(TEST_MEASUREMENT) }],
        platforms: "any",
        maximumAge: YEAR,
        maximumRootCrlAge: YEAR,
        minimumTcb: { [family]: tcb },
      },
    },
    collateral,
    now: TEST_NOW,
    roots,
  };
  const withCollateral = (changes: Partial<SnpCollateral>): Input => ({
    ...input,
    collateral: { ...collateral, ...changes },
  });
  return {
    name: `own SEV-SNP report v${version}, ${family}`,
    input,
    remakes: [
      (random) => ({
        ...input,
        evidence: { kind: "sev-snp", report: signReport(mutateInPlace(random, bytes), vcek.keys.privateKey) },
      }),
      (random) => withCollateral({ vcek: remadeBy(ask, random, vcek.der) }),
      (random) => withCollateral({ chain: toPem({ ...ask, der: remadeBy(ark, random, ask.der) }, ark) }),
      (random) => withCollateral({ crl: remadeBy(ark, random, crl) }),
    ],
  };
};

const nitroSubject = async (): Promise<Subject> => {
  const { document, roots, leaf, caBundle } = await createNitroEnclave();
  const [root, instance] = caBundle;
  if (root === undefined || instance === undefined) throw new Error("expected a root and an instance's certificate");
  const withDocument = (bytes: Uint8Array): Input => ({
    evidence: { kind: "nitro", document: bytes },
    policy: {
      reportData: TEST_USER_DATA,
      nitro: {
        measurements: [Object.fromEntries([0, 1, 2].map((index) => [`pcr${index}`, toHex(testPcr(index))]))],
        platforms: "any",
        maximumAge: YEAR,
      },
    },
    collateral: { kind: "none" },
    now: TEST_TIMESTAMP,
    roots,
  });
  const cabundle = (changed: Holder): readonly Uint8Array[] => [root.der, changed.der];
  return {
    name: "own Nitro document",
    input: withDocument(document()),
    remakes: [
      (random) => withDocument(document({ rewrite: (payload) => mutateBytes(random, payload) })),
      (random) => withDocument(document({ fields: { certificate: remadeBy(instance, random, leaf.der) } })),
      (random) =>
        withDocument(
          document({ fields: { cabundle: cabundle({ ...instance, der: remadeBy(root, random, instance.der) }) } }),
        ),
    ],
  };
};

const simulatedSubject = (): Subject => {
  const measurement = new Uint8Array(32).fill(7);
  const reportData = new Uint8Array(64).fill(8);
  return {
    name: "simulated evidence",
    input: {
      evidence: { kind: "simulated", measurement, reportData },
      policy: { reportData, simulated: { measurements: [{ measurement: toHex(measurement) }] } },
      collateral: { kind: "none" },
      now: TEST_NOW,
    },
    remakes: [],
  };
};

/**
 * Reports of the families and versions there are, a Nitro document, and what simulates: all of the
 * tests' own making.
 */
export const otherSubjects = async (): Promise<readonly Subject[]> => [
  await snpSubject("genoa", 3),
  await snpSubject("milan", 2),
  await snpSubject("turin", 5),
  await nitroSubject(),
  simulatedSubject(),
];
