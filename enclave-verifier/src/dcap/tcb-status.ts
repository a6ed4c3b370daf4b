import type { TcbStatus } from "../result.js";

/** A status that Intel gives, with the advisories that explain it. */
export interface TcbAssessment<S extends TcbStatus = TcbStatus> {
  readonly status: S;
  readonly advisories: readonly string[];
}

/** Statuses of a platform's level in TCB info. */
export const PLATFORM_STATUSES = [
  "UpToDate",
  "SWHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSWHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
  "Revoked",
] as const;

export type PlatformStatus = (typeof PLATFORM_STATUSES)[number];

/** Statuses of a level of Intel's own enclaves and modules. */
export const COMPONENT_STATUSES = ["UpToDate", "OutOfDate", "Revoked"] as const;

export type ComponentStatus = (typeof COMPONENT_STATUSES)[number];

export const UP_TO_DATE: TcbAssessment<ComponentStatus> = { status: "UpToDate", advisories: [] };

/** What a platform is when its quoting enclave or TDX module is out of date. */
const WITH_OUTDATED_COMPONENT: Readonly<Record<PlatformStatus, PlatformStatus>> = {
  UpToDate: "OutOfDate",
  SWHardeningNeeded: "OutOfDate",
  ConfigurationNeeded: "OutOfDateConfigurationNeeded",
  ConfigurationAndSWHardeningNeeded: "OutOfDateConfigurationNeeded",
  OutOfDate: "OutOfDate",
  OutOfDateConfigurationNeeded: "OutOfDateConfigurationNeeded",
  Revoked: "Revoked",
};

const mergedStatus = (platform: PlatformStatus, component: ComponentStatus): PlatformStatus => {
  switch (component) {
    case "UpToDate":
      return platform;
    case "OutOfDate":
      return WITH_OUTDATED_COMPONENT[platform];
    case "Revoked":
      return "Revoked";
  }
};

/** Takes the assessment of a quoting enclave or TDX module into its platform's. */
export const mergeAssessments = (
  platform: TcbAssessment<PlatformStatus>,
  component: TcbAssessment<ComponentStatus>,
): TcbAssessment<PlatformStatus> => ({
  status: mergedStatus(platform.status, component.status),
  advisories: [...new Set([...platform.advisories, ...component.advisories])].sort(),
});
