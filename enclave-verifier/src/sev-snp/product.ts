/** The EPYC families that have SEV-SNP. Bergamo and Siena are of Genoa's family. */
export type Product = "Milan" | "Genoa" | "Turin";

/** SHA-256 of the DER of each family's root, as AMD's key distribution service has them. */
export const ARK_SHA256: Readonly<Record<Product, string>> = {
  Milan: "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd",
  Genoa: "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1",
  Turin: "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a",
};

export const PRODUCTS: readonly Product[] = ["Milan", "Genoa", "Turin"];

/**
 * The product that a processor is, by the CPUID family and model in its report (extended ones added).
 * Undefined for processors that none of the pinned roots vouches for.
 */
export const productOfCpu = (family: number, model: number): Product | undefined => {
  if (family === 0x1a) return model <= 0x11 ? "Turin" : undefined;
  if (family !== 0x19) return undefined;
  if (model <= 0x0f) return "Milan";
  return model <= 0x1f || (model >= 0xa0 && model <= 0xaf) ? "Genoa" : undefined;
};
