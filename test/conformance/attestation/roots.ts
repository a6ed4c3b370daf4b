import { VENDOR_ROOTS } from "@pdiem/bridge-client/attestation/evidence";
import { parseCertificate } from "@pdiem/enclave-verifier/x509/certificate";
import { parsePem } from "@pdiem/enclave-verifier/x509/pem";
import { toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { type ConformanceCase, equality } from "../conformance-case.js";
import { readEvidenceText } from "./evidence-file.js";
import type { RootItem } from "./schema.js";

const PINNED: readonly string[] = [VENDOR_ROOTS.intelSgx, VENDOR_ROOTS.awsNitro, ...Object.values(VENDOR_ROOTS.amd)];

export const rootCases = (name: string, folder: string, { file, certs }: RootItem): readonly ConformanceCase[] => [
  equality(
    `${name} certificates`,
    certs.map(({ subject, sha256: hash }) => `${subject} ${hash}`),
    () =>
      parsePem(readEvidenceText(folder, file)).map(
        (der) => `CN=${parseCertificate(der).commonName} ${toHex(sha256(der))}`,
      ),
  ),
  equality(`${name} is pinned`, true, () => {
    const root = parsePem(readEvidenceText(folder, file)).at(-1);
    return root !== undefined && PINNED.includes(toHex(sha256(root)));
  }),
];
