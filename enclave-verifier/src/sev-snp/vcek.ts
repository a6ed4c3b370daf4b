import { equal, toHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import type { SnpFamily, SnpTcb } from "../policy.js";
import { EvidenceRefusal } from "../refusal.js";
import { refuseFailures } from "../refuse-failures.js";
import type { Certificate } from "../x509/certificate.js";
import { derElement, derUnsigned, INTEGER, OCTET_STRING } from "../x509/der.js";
import { ecdsaKey } from "../x509/ecdsa-signature.js";
import type { Report } from "./report.js";
import { partsThatDiffer, readTcbVersion } from "./tcb-version.js";

const AMD = "1.3.6.1.4.1.3704.1";
const HARDWARE_ID = `${AMD}.4`;
const COMMON_NAME = "SEV-VCEK";

/** Length of the part of Turin's chip id that is used, out of 64 bytes. */
const TURIN_CHIP_ID_LENGTH = 8;

const patchLevel = (vcek: Certificate, arc: number): number => {
  const value = vcek.extensions.get(`${AMD}.3.${arc}`);
  return refuseFailures("binding", "vcek-tcb", `patch level ${arc} of the VCEK, 0 to 255`, () => {
    const digits = derUnsigned(derElement(value ?? new Uint8Array(), INTEGER));
    if (digits.length > 1) throw new DecodeError("decode/patch-level", `got 0x${toHex(digits)}`);
    return digits[0] ?? 0;
  });
};

/** The TCB that a VCEK was derived for (AMD document 57230, table of extensions). */
const tcbOf = (vcek: Certificate, family: SnpFamily): SnpTcb => ({
  ...(family === "turin" ? { fmc: patchLevel(vcek, 9) } : {}),
  bootloader: patchLevel(vcek, 1),
  tee: patchLevel(vcek, 2),
  snp: patchLevel(vcek, 3),
  microcode: patchLevel(vcek, 8),
});

/** The chip of a VCEK; some certificates wrap it in an OCTET STRING. */
const hardwareIdOf = (vcek: Certificate, lengths: readonly number[]): Uint8Array =>
  refuseFailures("binding", "chip-id", "a VCEK with its chip's id", () => {
    const value = vcek.extensions.get(HARDWARE_ID) ?? new Uint8Array();
    const id = lengths.includes(value.length) ? value : derElement(value, OCTET_STRING).content;
    if (!lengths.includes(id.length)) throw new DecodeError("decode/chip-id", `got ${id.length} bytes`);
    return id;
  });

/**
 * Checks that a VCEK is the one for the chip and the TCB that a report names.
 * @param vcek whose chain is verified
 * @returns its key, x ‖ y
 * @throws EvidenceRefusal of step `binding`, `evidence/chain-role`, `evidence/format-snp-tcb`
 */
export const checkVcek = (vcek: Certificate, report: Report, family: SnpFamily): Uint8Array => {
  if (vcek.commonName !== COMMON_NAME)
    throw new EvidenceRefusal("chain", "role", `expected a certificate of a ${COMMON_NAME}, got "${vcek.commonName}"`);
  const key = refuseFailures("chain", "role", "a VCEK on P-384", () => ecdsaKey(vcek.spki));
  if (key.curve !== "P-384") throw new EvidenceRefusal("chain", "role", `expected a VCEK on P-384, got ${key.curve}`);

  const differences = partsThatDiffer(tcbOf(vcek, family), readTcbVersion(report.reportedTcb, family));
  if (differences.length > 0)
    throw new EvidenceRefusal(
      "binding",
      "vcek-tcb",
      `expected the VCEK of the reported TCB, they differ in ${differences.join(", ")}: fetch the VCEK anew`,
    );

  const id = hardwareIdOf(
    vcek,
    family === "turin" ? [TURIN_CHIP_ID_LENGTH, report.chipId.length] : [report.chipId.length],
  );
  const isSameChip = equal(id, report.chipId.subarray(0, id.length));
  if (!isSameChip || report.chipId.subarray(id.length).some((byte) => byte !== 0))
    throw new EvidenceRefusal(
      "binding",
      "chip-id",
      "expected the VCEK of the reported chip, it is another's or the id is masked",
    );
  return key.point;
};
