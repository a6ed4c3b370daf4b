import type { SnpFamily, SnpTcb } from "../policy.js";
import { EvidenceRefusal } from "../refusal.js";

type Part = "fmc" | "bootloader" | "tee" | "snp" | "microcode";
const PARTS: readonly Part[] = ["fmc", "bootloader", "tee", "snp", "microcode"];

// Where each part is among the 8 bytes; all others are reserved. Turin put the FMC first and closed
// the gap.
const BEFORE_TURIN = { bootloader: 0, tee: 1, snp: 6, microcode: 7 } as const;
const TURIN = { fmc: 0, bootloader: 1, tee: 2, snp: 3, microcode: 7 } as const;

/**
 * Reads a TCB_VERSION of a report: security patch levels, 0 to 255 each; `fmc` on Turin only.
 * @param bytes its 8 bytes
 * @throws EvidenceRefusal `evidence/format-snp-tcb` for bytes that the family reserves
 */
export const readTcbVersion = (bytes: Uint8Array, family: SnpFamily): SnpTcb => {
  const layout = family === "turin" ? TURIN : BEFORE_TURIN;
  const used: readonly number[] = Object.values(layout);
  if (bytes.some((byte, at) => byte !== 0 && !used.includes(at)))
    throw new EvidenceRefusal(
      "format",
      "snp-tcb",
      `expected the reserved bytes of a TCB version to be zero on ${family}`,
    );
  const at = (index: number): number => bytes[index] ?? 0;
  return {
    ...(family === "turin" ? { fmc: at(TURIN.fmc) } : {}),
    bootloader: at(layout.bootloader),
    tee: at(layout.tee),
    snp: at(layout.snp),
    microcode: at(layout.microcode),
  };
};

/** Lists the parts of `tcb` that are below `floor`'s; what isn't given counts as 0. */
export const partsBelow = (tcb: SnpTcb, floor: SnpTcb): readonly Part[] =>
  PARTS.filter((part) => !((tcb[part] ?? 0) >= (floor[part] ?? 0)));

/** Lists the parts that differ; what isn't given counts as 0. */
export const partsThatDiffer = (a: SnpTcb, b: SnpTcb): readonly Part[] =>
  PARTS.filter((part) => (a[part] ?? 0) !== (b[part] ?? 0));
