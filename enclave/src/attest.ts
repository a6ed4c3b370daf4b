import type { Tee } from "./tee/tee.js";
import type { Attestation } from "./wire/identity.js";

/** Makes evidence of this process. @param reportData 32 bytes @throws TeeError */
export const attest = async (tee: Tee, reportData: Uint8Array): Promise<Attestation> => {
  const { bytes, supplement } = await tee.evidence(reportData);
  return { tee: tee.kind, reportData, evidence: bytes, supplement };
};
