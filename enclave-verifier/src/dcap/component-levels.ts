import { DecodeError } from "@pdiem/light-client/error";
import { asObject, integerField, type JsonObject, listField, oneOfField, textsField } from "./json-fields.js";
import { COMPONENT_STATUSES, type ComponentStatus, type TcbAssessment } from "./tcb-status.js";

/** The status that a quoting enclave or TDX module has from a security version number on. */
export interface ComponentLevel extends TcbAssessment<ComponentStatus> {
  readonly isvSvn: number;
}

/**
 * Reads `tcbLevels` of an enclave or module identity.
 * @throws DecodeError also when they don't descend, as the first that fits is the one that counts
 */
export const componentLevelsField = (object: JsonObject): readonly ComponentLevel[] => {
  const levels = listField(object, "tcbLevels", (level) => ({
    isvSvn: integerField(asObject(level.tcb, "tcb"), "isvsvn", 0xffff),
    status: oneOfField(level, "tcbStatus", COMPONENT_STATUSES),
    advisories: textsField(level, "advisoryIDs"),
  }));
  for (const [i, { isvSvn }] of levels.entries()) {
    const next = levels[i + 1];
    if (next !== undefined && next.isvSvn >= isvSvn)
      throw new DecodeError("decode/tcb-levels", `expected levels to descend, got ${isvSvn} before ${next.isvSvn}`);
  }
  return levels;
};

/** Finds the first level that a security version number reaches; undefined if it reaches none. */
export const componentLevel = (levels: readonly ComponentLevel[], isvSvn: number): ComponentLevel | undefined =>
  levels.find((level) => isvSvn >= level.isvSvn);
