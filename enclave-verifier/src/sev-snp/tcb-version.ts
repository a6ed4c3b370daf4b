import { EvidenceRefusal } from "../refusal.js";
import type { Product } from "./product.js";

/** Security patch levels of the parts of a platform, 0 to 255 each. `fmc` only on Turin, 0 elsewhere. */
export interface TcbVersion {
  readonly fmc: number;
  readonly bootLoader: number;
  readonly tee: number;
  readonly snp: number;
  readonly microcode: number;
}

export const TCB_PARTS = ["fmc", "bootLoader", "tee", "snp", "microcode"] as const;

// Where each part is among the 8 bytes; all others are reserved. Turin put the FMC first and closed the gap.
const EARLIER = { bootLoader: 0, tee: 1, snp: 6, microcode: 7 } as const;
const TURIN = { fmc: 0, bootLoader: 1, tee: 2, snp: 3, microcode: 7 } as const;

/**
 * A TCB_VERSION of a report.
 * @param bytes its 8 bytes
 * @throws EvidenceRefusal `evidence/format-tcb` for bytes that the family reserves
 */
export const readTcbVersion = (bytes: Uint8Array, product: Product): TcbVersion => {
  const layout: Readonly<Partial<Record<(typeof TCB_PARTS)[number], number>>> = product === "Turin" ? TURIN : EARLIER;
  const used = Object.values(layout);
  if (bytes.some((byte, at) => byte !== 0 && !used.includes(at)))
    throw new EvidenceRefusal("format", "tcb", `expected reserved bytes of a ${product} TCB version to be zero`);
  const part = (name: (typeof TCB_PARTS)[number]): number => bytes[layout[name] ?? -1] ?? 0;
  return {
    fmc: part("fmc"),
    bootLoader: part("bootLoader"),
    tee: part("tee"),
    snp: part("snp"),
    microcode: part("microcode"),
  };
};

/** Parts of `tcb` that are below `floor`. */
export const partsBelow = (tcb: TcbVersion, floor: TcbVersion): readonly (typeof TCB_PARTS)[number][] =>
  TCB_PARTS.filter((part) => tcb[part] < floor[part]);

export const formatTcbVersion = (tcb: TcbVersion): string => TCB_PARTS.map((part) => `${part} ${tcb[part]}`).join(", ");
