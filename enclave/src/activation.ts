import { createHash } from "node:crypto";
import { concat, utf8 } from "@pdiem/light-client/bytes";

const TAG = utf8("pdiem/enclave/v1");

/** What evidence of an activated enclave speaks for, 32 bytes each. */
export interface ReportSubject {
  readonly bridgeId: Uint8Array;
  readonly custodyKey: Uint8Array;
  readonly handoverKey: Uint8Array;
  readonly challenge: Uint8Array;
}

/** SHA-256("pdiem/enclave/v1" ‖ bridgeId ‖ custodyKey ‖ handoverKey ‖ challenge), 32 bytes. */
export const reportDataOf = ({ bridgeId, custodyKey, handoverKey, challenge }: ReportSubject): Uint8Array =>
  new Uint8Array(
    createHash("sha256")
      .update(concat(TAG, bridgeId, custodyKey, handoverKey, challenge))
      .digest(),
  );
