import { type Demand, demandIn } from "../demand.js";
import type { TcbStatus } from "../result.js";
import type { PckExtension } from "./pck-extension.js";
import { platformLevel } from "./platform-levels.js";
import type { QuoteBody } from "./quote.js";
import type { TcbInfo } from "./tcb-info.js";
import {
  type ComponentStatus,
  mergeAssessments,
  type PlatformStatus,
  type TcbAssessment,
  UP_TO_DATE,
} from "./tcb-status.js";
import { assessTdxModule } from "./tdx-module.js";

const demand: Demand = demandIn("tcb");

interface Assessed {
  readonly tcbInfo: TcbInfo;
  readonly pck: PckExtension;
  readonly body: QuoteBody;
  readonly quotingEnclave: TcbAssessment<ComponentStatus>;
}

/** @param teeTcbSvn of a TDX guest, at launch or now */
const assess = (
  { tcbInfo, pck, body, quotingEnclave }: Assessed,
  teeTcbSvn: Uint8Array | undefined,
): TcbAssessment<PlatformStatus> => {
  const { components, pceSvn } = pck;
  const level = platformLevel(tcbInfo.levels, { components, pceSvn, ...(teeTcbSvn && { teeTcbSvn }) });
  demand(level !== undefined, "level", `expected a platform that TCB info lists, ${tcbInfo.fmspc} reaches no level`);
  const module =
    body.kind === "tdx" && teeTcbSvn !== undefined ? assessTdxModule(tcbInfo, body.report, teeTcbSvn) : UP_TO_DATE;
  return mergeAssessments(mergeAssessments(level, module), quotingEnclave);
};

/**
 * What a guest is that runs on since before its platform was updated: statuses of the platform now.
 */
const RELAUNCH: Readonly<Partial<Record<PlatformStatus, TcbStatus>>> = {
  UpToDate: "TDRelaunchAdvised",
  SWHardeningNeeded: "TDRelaunchAdvised",
  ConfigurationNeeded: "TDRelaunchAdvisedConfigurationNeeded",
  ConfigurationAndSWHardeningNeeded: "TDRelaunchAdvisedConfigurationNeeded",
};

/**
 * Assesses how up to date a platform is, its quoting enclave and TDX module included.
 * @throws EvidenceRefusal of step `tcb`
 */
export const assessTcb = (assessed: Assessed): TcbAssessment => {
  const { body } = assessed;
  if (body.kind === "sgx") return assess(assessed, undefined);
  const { teeTcbSvn, teeTcbSvn2 } = body.report;
  const atLaunch = assess(assessed, teeTcbSvn);
  if (teeTcbSvn2 === undefined || !atLaunch.status.startsWith("OutOfDate")) return atLaunch;
  const relaunched = RELAUNCH[assess(assessed, teeTcbSvn2).status];
  return relaunched === undefined ? atLaunch : { ...atLaunch, status: relaunched };
};
