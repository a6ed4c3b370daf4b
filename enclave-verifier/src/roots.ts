import type { SnpFamily } from "./policy.js";

/** SHA-256 of the DER of each vendor's root certificate, as lower-case hex. */
export interface Roots {
  readonly intelSgx: string;
  readonly amd: Readonly<Record<SnpFamily, string>>;
}

/** Intel SGX Root CA and the three ARKs of AMD. */
export const VENDOR_ROOTS: Roots = {
  intelSgx: "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3",
  amd: {
    milan: "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd",
    genoa: "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1",
    turin: "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a",
  },
};
