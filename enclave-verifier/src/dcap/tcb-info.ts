import { toHex } from "@pdiem/light-client/bytes";
import type { DcapCollateral } from "../evidence.js";
import type { Certificate } from "../x509/certificate.js";
import { asObject, bytesField, integerField, type JsonObject, listField } from "./json-fields.js";
import { type ModuleIdentity, type ModuleSigner, readModuleIdentity, readModuleSigner } from "./module-identity.js";
import { type PlatformLevel, platformLevelsField } from "./platform-levels.js";
import { type Statement, verifyStatement } from "./signed-statement.js";

/**
 * Intel's statement about platforms of one kind (FMSPC): which of their security versions are good.
 */
interface TcbInfoFields {
  /** Lower-case hex. */
  readonly fmspc: string;
  readonly pceId: string;
  readonly levels: readonly PlatformLevel[];
  /** Signer of TDX modules without a version of their own. Undefined for SGX. */
  readonly moduleSigner: ModuleSigner | undefined;
  readonly modules: readonly ModuleIdentity[];
}

export type TcbInfo = Statement & TcbInfoFields;

const VERSION = 3;

const readFields = (object: JsonObject, kind: "sgx" | "tdx"): TcbInfoFields => {
  integerField(object, "tcbType", 0);
  return {
    fmspc: toHex(bytesField(object, "fmspc", 6)),
    pceId: toHex(bytesField(object, "pceId", 2)),
    levels: platformLevelsField(object, kind),
    moduleSigner: kind === "tdx" ? readModuleSigner(asObject(object.tdxModule, "tdxModule")) : undefined,
    modules:
      kind === "tdx" && object.tdxModuleIdentities !== undefined
        ? listField(object, "tdxModuleIdentities", readModuleIdentity)
        : [],
  };
};

/**
 * Checks and reads Intel's statement about platforms.
 * @param signer certificate of the TCB signing key, itself verified
 * @throws EvidenceRefusal of step `collateral`
 */
export const verifyTcbInfo = (
  { tcbInfo, tcbInfoSignature }: Pick<DcapCollateral, "tcbInfo" | "tcbInfoSignature">,
  kind: "sgx" | "tdx",
  signer: Certificate,
  now: number,
): TcbInfo =>
  verifyStatement(
    {
      name: "TCB info",
      text: tcbInfo,
      signature: tcbInfoSignature,
      id: kind === "sgx" ? "SGX" : "TDX",
      version: VERSION,
      read: (object) => readFields(object, kind),
    },
    signer,
    now,
  );
