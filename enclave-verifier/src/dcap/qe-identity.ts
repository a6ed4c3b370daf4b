import type { DcapCollateral } from "../evidence.js";
import type { Certificate } from "../x509/certificate.js";
import { type ComponentLevel, componentLevelsField } from "./component-levels.js";
import { bytesField, integerField, type JsonObject } from "./json-fields.js";
import { type Statement, verifyStatement } from "./signed-statement.js";

/** Intel's statement about its quoting enclave. */
interface QeIdentityFields {
  readonly miscSelect: Uint8Array;
  readonly miscSelectMask: Uint8Array;
  readonly attributes: Uint8Array;
  readonly attributesMask: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly levels: readonly ComponentLevel[];
}

export type QeIdentity = Statement & QeIdentityFields;

const VERSION = 2;

/** The identity gives miscselect as a big-endian number, the report has it little endian. */
const reversed = (bytes: Uint8Array): Uint8Array => bytes.toReversed();

const readFields = (object: JsonObject): QeIdentityFields => ({
  miscSelect: reversed(bytesField(object, "miscselect", 4)),
  miscSelectMask: reversed(bytesField(object, "miscselectMask", 4)),
  attributes: bytesField(object, "attributes", 16),
  attributesMask: bytesField(object, "attributesMask", 16),
  mrSigner: bytesField(object, "mrsigner", 32),
  isvProdId: integerField(object, "isvprodid", 0xffff),
  levels: componentLevelsField(object),
});

/**
 * Checks and reads Intel's statement about its quoting enclave.
 * @param signer certificate of the TCB signing key, itself verified
 * @throws EvidenceRefusal of step `collateral`
 */
export const verifyQeIdentity = (
  { qeIdentity, qeIdentitySignature }: Pick<DcapCollateral, "qeIdentity" | "qeIdentitySignature">,
  kind: "sgx" | "tdx",
  signer: Certificate,
  now: number,
): QeIdentity =>
  verifyStatement(
    {
      name: "QE identity",
      text: qeIdentity,
      signature: qeIdentitySignature,
      id: kind === "sgx" ? "QE" : "TD_QE",
      version: VERSION,
      read: readFields,
    },
    signer,
    now,
  );
