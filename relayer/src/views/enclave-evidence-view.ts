import { z } from "zod";

/**
 * An enclave's answer to `activate`, as it gave it: BCS of `activateResponse`, hex without prefix.
 */
export const enclaveEvidenceView = z.object({ answer: z.string().regex(/^(?:[0-9a-f]{2})+$/) });

export type EnclaveEvidenceView = z.output<typeof enclaveEvidenceView>;
