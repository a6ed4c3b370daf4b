/** What guardians have made of a bridge, in words. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { SettledDecision } from "@pdiem/bridge/governance/decision-chain";
import { dateOf, describeDecision } from "@pdiem/bridge-client/guardians/describe-decision";
import { type Clock, type Delayed, deriveInForce, type CurrentLedger } from "@pdiem/bridge/governance/in-force";
import { toHex } from "@pdiem/light-client/bytes";

/** The newest; who needs older ones has the journal. */
const MAX_DESCRIBED = 50;

const waitOf = ({ clock, at }: Delayed, now: Clock): string => {
  const left = at - now[clock];
  const minutes = (left + 59_999n) / 60_000n;
  return clock === "time"
    ? `DELAYED until ${dateOf(at)}`
    : `DELAYED for ${minutes / 60n} h ${minutes % 60n} min of the bridge's work`;
};

const describeOne = (
  config: BridgeConfig,
  decisions: readonly SettledDecision[],
  index: number,
  delayed: Delayed | undefined,
  now: Clock,
): readonly string[] => {
  const settled = decisions[index];
  if (settled === undefined) return [];
  const before = deriveInForce(config, decisions.slice(0, index), settled);
  const [first = "", ...rest] = describeDecision(settled.decision, config, before);
  const state = delayed === undefined ? "" : `; ${waitOf(delayed, now)}`;
  return [`${first}; taken up ${dateOf(settled.time)}${state}`, ...rest.map((line) => `  ${line}`)];
};

/** Each decision that was taken up, oldest first, with how long it still waits. */
export const describeDecisions = (
  config: BridgeConfig,
  decisions: readonly SettledDecision[],
  { delayed }: CurrentLedger,
  now: Clock,
): readonly string[] => {
  const from = Math.max(0, decisions.length - MAX_DESCRIBED);
  return [
    ...(from > 0 ? [`(${from} older ones)`] : []),
    ...decisions.slice(from).flatMap(({ decision: { number } }, i) =>
      describeOne(
        config,
        decisions,
        from + i,
        delayed.find((one) => one.number === number),
        now,
      ),
    ),
  ];
};

/** What counts now. */
export const describeInForce = ({ paused, guardians, measurements }: CurrentLedger): readonly string[] => [
  paused ? "PAUSED: nothing but decisions is signed" : "not paused",
  `guardians: ${guardians.threshold} of ${guardians.keys.length} must sign`,
  ...guardians.keys.map((key) => `  0x${toHex(key)}`),
  `their account, Freezer of every asset: 0x${toHex(guardians.freezer)}`,
  "code that may hold the key:",
  ...measurements.map(({ tee, value }) => `  ${tee} 0x${toHex(value)}`),
];
