import { DecodeError } from "@pdiem/light-client/error";
import { asObject, integerField, type JsonObject, listField, oneOfField, textsField } from "./json-fields.js";
import { PLATFORM_STATUSES, type PlatformStatus, type TcbAssessment } from "./tcb-status.js";

/** The status that a platform has from these security version numbers on. */
export interface PlatformLevel extends TcbAssessment<PlatformStatus> {
  /** Security versions of the 16 components of the SGX TCB. */
  readonly sgx: readonly number[];
  readonly pceSvn: number;
  /** Security versions of the 16 components of the TDX TCB; empty in TCB info for SGX. */
  readonly tdx: readonly number[];
}

const COMPONENTS = 16;

const components = (tcb: JsonObject, name: string): readonly number[] => {
  const svns = listField(tcb, name, (component) => integerField(component, "svn", 0xff));
  if (svns.length !== COMPONENTS)
    throw new DecodeError("decode/tcb-levels", `expected ${COMPONENTS} components as "${name}", got ${svns.length}`);
  return svns;
};

const isAtLeast = (svns: readonly number[], needed: readonly number[]): boolean =>
  needed.every((svn, i) => (svns[i] ?? -1) >= svn);

const allSvns = ({ sgx, pceSvn, tdx }: PlatformLevel): readonly number[] => [...sgx, pceSvn, ...tdx];

/**
 * Reads `tcbLevels` of TCB info.
 * @throws DecodeError also when a level comes after one that reaches all that reach it. The first
 * that fits counts, so it never would. More order than that there isn't, as some levels are neither
 * above nor below each other.
 */
export const platformLevelsField = (tcbInfo: JsonObject, kind: "sgx" | "tdx"): readonly PlatformLevel[] => {
  const levels = listField(tcbInfo, "tcbLevels", (level) => {
    const tcb = asObject(level.tcb, "tcb");
    return {
      sgx: components(tcb, "sgxtcbcomponents"),
      pceSvn: integerField(tcb, "pcesvn", 0xffff),
      tdx: kind === "tdx" ? components(tcb, "tdxtcbcomponents") : [],
      status: oneOfField(level, "tcbStatus", PLATFORM_STATUSES),
      advisories: textsField(level, "advisoryIDs"),
    };
  });
  const svns = levels.map(allSvns);
  for (const [i, later] of svns.entries())
    if (svns.slice(0, i).some((earlier) => isAtLeast(later, earlier)))
      throw new DecodeError(
        "decode/tcb-levels",
        `expected levels in descending order, number ${i} is not below another`,
      );
  return levels;
};

/** A platform's security version numbers. */
export interface PlatformSvns {
  readonly components: readonly number[];
  readonly pceSvn: number;
  /** `tee_tcb_svn` of a TDX guest's report. */
  readonly teeTcbSvn?: Uint8Array;
}

/**
 * The TDX module's version and its security version number are judged by its identity where there
 * is one.
 */
const firstComparedTdxComponent = (teeTcbSvn: Uint8Array): number => ((teeTcbSvn[1] ?? 0) > 0 ? 2 : 0);

const reaches = ({ components: svns, pceSvn, teeTcbSvn }: PlatformSvns, level: PlatformLevel): boolean => {
  if (pceSvn < level.pceSvn || !isAtLeast(svns, level.sgx)) return false;
  if (teeTcbSvn === undefined) return true;
  const from = firstComparedTdxComponent(teeTcbSvn);
  return isAtLeast([...teeTcbSvn.subarray(from)], level.tdx.slice(from));
};

/** Finds the first level that a platform reaches; undefined if it reaches none. */
export const platformLevel = (levels: readonly PlatformLevel[], svns: PlatformSvns): PlatformLevel | undefined =>
  levels.find((level) => reaches(svns, level));
