import type { SnpFamily } from "../policy.js";

/** The names that AMD's certificates have for the families; Bergamo and Siena are of Genoa's. */
export const FAMILY_NAMES: Readonly<Record<SnpFamily, string>> = { milan: "Milan", genoa: "Genoa", turin: "Turin" };

export const FAMILIES: readonly SnpFamily[] = ["milan", "genoa", "turin"];

/**
 * Tells the family of a processor by CPUID family and model, extended ones added. Reports hold them
 * from version 3 on. Undefined for processors that none of AMD's roots known here vouches for.
 */
export const familyOfCpu = (family: number, model: number): SnpFamily | undefined => {
  if (family === 0x1a) return model <= 0x11 ? "turin" : undefined;
  if (family !== 0x19) return undefined;
  if (model <= 0x0f) return "milan";
  return model <= 0x1f || (model >= 0xa0 && model <= 0xaf) ? "genoa" : undefined;
};
