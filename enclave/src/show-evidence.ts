import type { ActivateResponse } from "./api.js";
import { hexText } from "./hex-text.js";
import type { Tee } from "./tee/tee.js";

/** Evidence of this process, as answers carry it. @param reportData 32 bytes @throws TeeError */
export const showEvidence = async (
  tee: Tee,
  reportData: Uint8Array,
): Promise<Pick<ActivateResponse, "tee" | "reportData" | "evidence" | "supplement">> => {
  const { bytes, supplement } = await tee.evidence(reportData);
  return {
    tee: tee.kind,
    reportData: hexText(reportData),
    evidence: hexText(bytes),
    ...(supplement === undefined ? {} : { supplement: hexText(supplement) }),
  };
};
