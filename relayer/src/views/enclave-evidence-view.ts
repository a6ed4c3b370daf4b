import { z } from "zod";

/**
 * An enclave's answer to `activate`, as it gave it: BCS of `activateResponse`, hex without prefix.
 */
export const enclaveEvidenceView = z.object({
  answer: z.string().regex(/^(?:[0-9a-f]{2})+$/),
  /**
   * What the evidence is verified with, as `@pdiem/bridge-client/collateral/collateral-json` writes
   * it. Vendors have signed all of it; absent where the relayer couldn't fetch it.
   */
  collateral: z.record(z.string(), z.string()).optional(),
});

export type EnclaveEvidenceView = z.output<typeof enclaveEvidenceView>;
