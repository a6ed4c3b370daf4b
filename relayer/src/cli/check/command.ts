/** `pdiem check`. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { parseConfig, readConfig } from "../../config.js";
import { ConfigError } from "../../error.js";
import { readJson } from "../json-file.js";
import type { Output } from "../output.js";
import type { Area } from "./area.js";
import { apiArea } from "./areas/api.js";
import { bridgeArea } from "./areas/bridge.js";
import { assetsArea, clockArea, custodyArea } from "./areas/chains.js";
import { configurationFaults, configurationFinding } from "./areas/configuration.js";
import { diemArea } from "./areas/diem.js";
import { enclaveArea } from "./areas/enclave.js";
import { filesArea } from "./areas/files.js";
import { bothClocks, machineArea, nodeFinding, stepFinding } from "./areas/machine.js";
import { redisArea } from "./areas/redis.js";
import { runtimeArea } from "./areas/runtime.js";
import { parachainArea, relayArea } from "./areas/substrate.js";
import { type CheckContext, checkContext } from "./context.js";
import { type Consent, type Mended, mendAll } from "./mend.js";
import { type CheckReport, checkJson, checkLines, checkVerdict } from "./report.js";
import { type AreaReport, runAreas } from "./run.js";

export interface CheckOptions {
  readonly config: string;
  readonly json?: boolean;
  /** Looks at this machine and the configuration alone, and asks nobody. */
  readonly offline?: boolean;
  readonly fix?: boolean;
  /** Agrees to whatever `fix` would ask about. */
  readonly yes?: boolean;
  /** Seconds for each check. */
  readonly timeout: number;
}

const LOCAL: readonly Area<CheckContext>[] = [machineArea, filesArea];
const ALL: readonly Area<CheckContext>[] = [
  ...LOCAL,
  apiArea,
  redisArea,
  diemArea,
  relayArea,
  parachainArea,
  enclaveArea,
  custodyArea,
  assetsArea,
  clockArea,
  runtimeArea,
  bridgeArea,
];

const lookAtAll = async (
  { config: file, offline = false, timeout }: CheckOptions,
  output: Output,
): Promise<{ readonly bridgeId: string; readonly areas: readonly AreaReport[] }> => {
  const config = readConfig(file);
  const timeoutMs = Math.ceil(1000 * timeout);
  const context = checkContext(file, config, timeoutMs, output);
  const startedAt = bothClocks();
  const areas = await runAreas(offline ? LOCAL : ALL, context, timeoutMs);
  const own = [configurationFinding(file, config), nodeFinding(), stepFinding(startedAt, bothClocks())];
  return { bridgeId: `0x${toHex(bridgeId(config.bridge))}`, areas: [{ area: "machine", findings: own }, ...areas] };
};

const tell = (report: CheckReport, json: boolean | undefined, output: Output): void =>
  output.out(json === true ? JSON.stringify(checkJson(report)) : checkLines(report).join("\n"));

/** Nothing that rests on the configuration is looked at. @throws ConfigError `config/faults` */
const refuseFaulty = (value: unknown, { config: file, json }: CheckOptions, output: Output): void => {
  const faults = configurationFaults(value);
  if (faults.length === 0) return;
  const areas = [
    { area: "machine", findings: [nodeFinding()] },
    { area: "config", findings: faults },
  ];
  tell({ bridgeId: undefined, areas, mended: [] }, json, output);
  throw new ConfigError("config/faults", `${file} can't be used yet: nothing that rests on it was looked at`);
};

const mend = async (
  { fix = false }: CheckOptions,
  areas: readonly AreaReport[],
  consent: Consent,
): Promise<readonly Mended[]> =>
  fix
    ? mendAll(
        areas.flatMap(({ findings }) => findings),
        consent,
      )
    : [];

/**
 * Looks at everything that a bridge's relayer rests on, and tells each fault with its cure.
 * @param consent asked before a server is changed that others may use
 * @throws PdiemError `check/faults`; `check/undecided`; ConfigError `config/faults`, or of
 * `readJson`
 */
export const checkCommand = async (options: CheckOptions, consent: Consent, output: Output): Promise<void> => {
  const value = readJson(options.config);
  refuseFaulty(value, options, output);
  parseConfig(value);
  const first = await lookAtAll(options, output);
  const mended = await mend(options, first.areas, options.yes === true ? async () => true : consent);
  const last = mended.some(({ outcome }) => outcome === "done") ? await lookAtAll(options, output) : first;
  const report = { ...last, mended };
  tell(report, options.json, output);
  const verdict = checkVerdict(report);
  if (verdict === "ready") return;
  throw new PdiemError(
    `check/${verdict}`,
    verdict === "faults" ? "something is in the way" : "something wasn't looked at",
  );
};
