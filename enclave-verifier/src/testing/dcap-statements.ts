import { toHex } from "@pdiem/light-client/bytes";

export const TEST_FMSPC = "00606a000000";
export const QE_MR_SIGNER = new Uint8Array(32).fill(0x9e);
export const QE_PROD_ID = { sgx: 1, tdx: 2 };
export const QE_ISV_SVN = 8;

/** Security version numbers that the test platform's PCK certificate states. */
export const TEST_COMPONENTS = [11, 11, 2, 2, 3, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0];
export const TEST_PCE_SVN = 13;

const DATES = { issueDate: "2026-06-01T00:00:00Z", nextUpdate: "2026-07-01T00:00:00Z", tcbEvaluationDataNumber: 17 };
/** When the statements of the tests hold. */
export const TEST_NOW = Date.parse("2026-06-10T00:00:00Z");

export interface LevelFields {
  readonly sgx?: readonly number[];
  readonly tdx?: readonly number[];
  readonly pceSvn?: number;
  readonly status?: string;
  readonly advisories?: readonly string[];
}

const components = (svns: readonly number[]): readonly object[] => svns.map((svn) => ({ svn }));
const TDX_COMPONENTS = [5, 0, 2, ...new Array<number>(13).fill(0)];

/** Makes one entry of `tcbLevels`; without fields, one that the test platform just reaches. */
export const tcbLevel = (kind: "sgx" | "tdx", fields: LevelFields = {}): object => ({
  tcb: {
    sgxtcbcomponents: components(fields.sgx ?? TEST_COMPONENTS),
    pcesvn: fields.pceSvn ?? TEST_PCE_SVN,
    ...(kind === "tdx" && { tdxtcbcomponents: components(fields.tdx ?? TDX_COMPONENTS) }),
  },
  tcbDate: "2026-03-01T00:00:00Z",
  tcbStatus: fields.status ?? "UpToDate",
  ...(fields.advisories && { advisoryIDs: fields.advisories }),
});

const MODULE = { mrsigner: "00".repeat(48), attributes: "00".repeat(8), attributesMask: "FF".repeat(8) };

const isvLevels = (levels: readonly (readonly [isvSvn: number, status: string])[]): readonly object[] =>
  levels.map(([isvsvn, tcbStatus]) => ({ tcb: { isvsvn }, tcbDate: "2026-03-01T00:00:00Z", tcbStatus }));

/** Makes the identity of a version of the TDX module. */
export const moduleIdentity = (
  id: string,
  levels: readonly (readonly [isvSvn: number, status: string])[],
  fields: object = {},
): object => ({ id, ...MODULE, tcbLevels: isvLevels(levels), ...fields });

/** Makes TCB info in which the test platform is up to date, with fields replaced. */
export const tcbInfo = (kind: "sgx" | "tdx", fields: object = {}): object => ({
  id: kind === "sgx" ? "SGX" : "TDX",
  version: 3,
  ...DATES,
  fmspc: TEST_FMSPC.toUpperCase(),
  pceId: "0000",
  tcbType: 0,
  ...(kind === "tdx" && {
    tdxModule: MODULE,
    tdxModuleIdentities: [
      moduleIdentity("TDX_01", [
        [5, "UpToDate"],
        [3, "OutOfDate"],
      ]),
    ],
  }),
  tcbLevels: [
    tcbLevel(kind),
    tcbLevel(kind, { sgx: TEST_COMPONENTS.map((svn) => Math.max(0, svn - 1)), status: "OutOfDate" }),
  ],
  ...fields,
});

/** Makes the identity of the quoting enclave of the test platform, with fields replaced. */
export const qeIdentity = (kind: "sgx" | "tdx", fields: object = {}): object => ({
  id: kind === "sgx" ? "QE" : "TD_QE",
  version: 2,
  ...DATES,
  miscselect: "00000000",
  miscselectMask: "FFFFFFFF",
  attributes: "11000000000000000000000000000000",
  attributesMask: "FBFFFFFFFFFFFFFF0000000000000000",
  mrsigner: toHex(QE_MR_SIGNER),
  isvprodid: QE_PROD_ID[kind],
  tcbLevels: isvLevels([
    [QE_ISV_SVN, "UpToDate"],
    [QE_ISV_SVN - 2, "OutOfDate"],
    [QE_ISV_SVN - 4, "Revoked"],
  ]),
  ...fields,
});
