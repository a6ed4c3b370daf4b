/** Decisions in words, so that nobody has to sign what they can't read. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Guardians } from "@pdiem/bridge/config/guardians";
import type { Action, ActionOf, Culprit } from "@pdiem/bridge/governance/action";
import type { Decision } from "@pdiem/bridge/governance/decision";
import { isAtOnce, timeToLeave } from "@pdiem/bridge/governance/delay";
import { type GovernanceState, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import type { ShareGrant } from "@pdiem/bridge/handover/grant";
import { toHex } from "@pdiem/light-client/bytes";

const LAST_DATE = 8_640_000_000_000_000n;

/** Writes a time in ms since 1970, for people. */
export const dateOf = (time: bigint): string =>
  time > LAST_DATE ? `${time} ms after 1970` : new Date(Number(time)).toISOString();

/** Writes text with whatever could mislead a reader or command a terminal as its code point. */
export const printable = (text: string): string =>
  text.replace(/[^\x20-\x7e]|\\/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

const hours = (ms: bigint): string => (ms % 3_600_000n === 0n ? `${ms / 3_600_000n} h` : `${ms} ms`);

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** What a decision is compared with. */
export interface Present {
  readonly config: BridgeConfig;
  readonly governance: GovernanceState;
}

const line = (name: string, amount: bigint | number, now: bigint | number | undefined): string =>
  `  ${name}: ${amount}${now === undefined ? "" : now === amount ? " (as now)" : ` (now ${now})`}`;

const limitsOf = ({ config, governance }: Present, code: string) =>
  governance.limits.currencies[config.currencies.findIndex((currency) => currency.code === code)];

const unknown = (present: object | undefined): string =>
  present === undefined ? ", which this bridge doesn't have" : "";

const describeWindows = (
  { currency, mint, release, refund }: ActionOf<"windows">["value"],
  present: Present,
): readonly string[] => {
  const now = limitsOf(present, currency);
  return [
    `Windows of ${printable(currency)}${unknown(now)}, in its smallest units:`,
    line("minted in a window", mint, now?.mint),
    line("released in a window", release, now?.release),
    line("refunded in a window", refund, now?.refund),
  ];
};

const describeBounds = (
  { currency, minimum, maximum }: ActionOf<"bounds">["value"],
  present: Present,
): readonly string[] => {
  const now = limitsOf(present, currency);
  return [
    `Bounds of one transfer of ${printable(currency)}${unknown(now)}, in its smallest units:`,
    line("least amount", minimum, now?.minimum),
    line("largest amount", maximum, now?.maximum),
    "  Nothing checks them against Diem's dual-attestation limit: what needs attestation is withdrawn in parts.",
  ];
};

const describeGuardians = ({ keys, threshold, freezer }: Guardians): readonly string[] => [
  `Other guardians: ${threshold} of these ${keys.length} must sign from then on, and now as well.`,
  ...keys.map((key) => `  ${hex(key)}`),
  `Their account on the parachain, to be Freezer of every asset: ${hex(freezer)}`,
];

const describeMeasurement = ({ measurement, isAllowed }: ActionOf<"measurement">["value"]): readonly string[] => [
  `${isAllowed ? "Allow" : "No longer allow"} code of this measurement to be given the key:`,
  `  ${printable(measurement.tee)} ${hex(measurement.value)}`,
];

const describeShare = ({ transcript, grant: { slot, publicPackage, platform } }: ShareGrant): readonly string[] => [
  `Give slot ${slot}'s share of the key to the one enclave that this transcript names, by hand-over or repair:`,
  `  ${hex(transcript)}`,
  `  of the key with the public package ${hex(publicPackage)}`,
  `  on the machine ${platform === undefined ? "that nobody names: it is simulated" : hex(platform)}`,
  "  Sign only what you have found to be the transcript of evidence that you have verified yourself.",
  "  A pause before it is given takes it back; a share that has been given can't be taken back.",
];

const describeCulprit = ({ type, value }: Culprit): string =>
  type === "diem" ? `Diem's validators of epoch ${value}` : `the relay chain's authorities of set ${value}`;

/** Writes lines of plain ASCII that say what an action does. */
export const describeAction = (action: Action, present: Present): readonly string[] => {
  switch (action.type) {
    case "pause":
      return [
        "Pause: nothing but decisions is signed any more; what is delayed and every hand-over not done is cancelled.",
      ];
    case "resume":
      return ["Resume: end the pause."];
    case "thaw":
      return ["Thaw the frozen assets. Unless the same decision resumes, that pauses; what is delayed is cancelled."];
    case "windows":
      return describeWindows(action.value, present);
    case "bounds":
      return describeBounds(action.value, present);
    case "batch":
      return [
        "What one batch may hold:",
        line("calls", action.value.calls, present.governance.limits.batch.calls),
        line("bytes", action.value.bytes, present.governance.limits.batch.bytes),
      ];
    case "freezer":
      return [`Another Freezer of every asset, the account ${hex(action.value)}`];
    case "amnesty":
      return [
        action.value
          ? "Amnesty: settlements thaw whichever account anyone asks for."
          : "End the amnesty: no more accounts are thawed.",
      ];
    case "guardians":
      return describeGuardians(action.value);
    case "measurement":
      return describeMeasurement(action.value);
    case "handover":
      return [
        "Hand the key over to the one enclave that this transcript names, beside the one that holds it now:",
        `  ${hex(action.value.transcript)}`,
        "  Sign only what you have found to be the transcript of evidence that you have verified yourself.",
        "  A pause before the release takes it back; a key that has been released can't be taken back.",
      ];
    case "share":
      return describeShare(action.value);
    case "misbehaviour":
      return [
        `Misbehaviour of ${action.value.culprits.map(describeCulprit).join(" or ")}, by evidence ${hex(action.value.evidence)}: a pause.`,
      ];
  }
};

const describeDelay = (action: Action, { config, governance }: Present, supplies?: readonly bigint[]): string => {
  if (isAtOnce(config, governance, action)) return "  In force at once.";
  const least = hours(config.decisionDelay);
  const leaving =
    action.type === "windows"
      ? ""
      : supplies === undefined
        ? " and the time in which the whole supply can leave"
        : ` and ${hours(timeToLeave(config, governance.limits, supplies))} in which the whole supply can leave`;
  return `  In force after ${least} of active time${leaving}, unless a pause, a freeze or lowered windows cancel it.`;
};

/**
 * Writes lines of plain ASCII that say all that a decision does.
 * @param governance in force; left out, the configuration's own state is what it is compared with
 * @param supplies of the wrapped assets, in smallest units, where they are known
 * @throws RefusedError `refused/mixed-windows`, `refused/unknown-currency`
 */
export const describeDecision = (
  { governance: signedOver, until, actions }: Decision,
  config: BridgeConfig,
  governance: GovernanceState = initialGovernance(config),
  supplies?: readonly bigint[],
): readonly string[] => {
  const present = { config, governance };
  return [
    `Decision over governance state ${hex(signedOver)}, valid until ${dateOf(until)}`,
    ...actions.flatMap((action) => [...describeAction(action, present), describeDelay(action, present, supplies)]),
  ];
};
