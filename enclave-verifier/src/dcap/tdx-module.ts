import { equal, isZero, toHex } from "@pdiem/light-client/bytes";
import { type Demand, demandIn } from "../demand.js";
import { componentLevel } from "./component-levels.js";
import { matchesMasked } from "./masked.js";
import type { ModuleSigner } from "./module-identity.js";
import type { TcbInfo } from "./tcb-info.js";
import { type ComponentStatus, type TcbAssessment, UP_TO_DATE } from "./tcb-status.js";
import type { TdReport } from "./td-report.js";

const demand: Demand = demandIn("tcb");

const checkSigner = ({ mrSignerSeam, seamAttributes }: TdReport, signer: ModuleSigner): void => {
  demand(
    equal(mrSignerSeam, signer.mrSigner),
    "module-signer",
    `expected a TDX module signed by ${toHex(signer.mrSigner)}, got ${toHex(mrSignerSeam)}`,
  );
  demand(
    matchesMasked(seamAttributes, signer.attributes, signer.attributesMask),
    "module-attributes",
    `expected a TDX module with the attributes ${toHex(signer.attributes)}, got ${toHex(seamAttributes)}`,
  );
};

/**
 * Checks the TDX module against Intel's identity of its major version.
 * @param teeTcbSvn its security version number, its major version, then other components
 * @returns how up to date it is; modules of version 0 are judged with the platform's components
 * instead
 * @throws EvidenceRefusal of step `tcb`
 */
export const assessTdxModule = (
  { moduleSigner, modules }: TcbInfo,
  report: TdReport,
  teeTcbSvn: Uint8Array,
): TcbAssessment<ComponentStatus> => {
  const [isvSvn = 0, version = 0] = teeTcbSvn;
  demand(
    isZero(report.seamAttributes),
    "module-attributes",
    `expected a TDX module without attributes, got ${toHex(report.seamAttributes)}`,
  );
  if (version === 0) {
    demand(moduleSigner !== undefined, "module-identity", "expected TCB info that knows the TDX module");
    checkSigner(report, moduleSigner);
    return UP_TO_DATE;
  }
  const id = `TDX_${version.toString(16).toUpperCase().padStart(2, "0")}`;
  const identity = modules.find((one) => one.id === id);
  demand(identity !== undefined, "module-identity", `expected a TDX module that TCB info knows, got ${id}`);
  checkSigner(report, identity);
  const level = componentLevel(identity.levels, isvSvn);
  demand(level !== undefined, "module-level", `expected a version of ${id} that is listed, got ${isvSvn}`);
  return level;
};
