/** Decisions in words, so that nobody has to sign what they can't read. */
import { toHex } from "@pdiem/light-client/bytes";
import type { ChainProfile, Weight } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import type { BridgeConfig, Guardians } from "@pdiem/bridge/config/bridge-config";
import type { Action, Decision, MeasurementRule } from "@pdiem/bridge/governance/decision";
import { type InForce, inForceAtFirst, isAtOnce } from "@pdiem/bridge/governance/in-force";
import { type Limits, limitsOf } from "@pdiem/bridge/governance/limits";
import type { Culprit } from "@pdiem/bridge/governance/misbehaviour";

const LAST_DATE = 8_640_000_000_000_000n;

/** A time in ms since 1970, for people. */
export const dateOf = (time: bigint): string =>
  time > LAST_DATE ? `${time} ms after 1970` : new Date(Number(time)).toISOString();

/** Text from a decision, with whatever could mislead a reader or command a terminal written as its code point. */
export const printable = (text: string): string =>
  text.replace(/[^\x20-\x7e]|\\/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

const hours = (ms: bigint): string => (ms % 3_600_000n === 0n ? `${ms / 3_600_000n} h` : `${ms} ms`);

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

const describeLimits = (limits: Limits, { currencies }: InForce): readonly string[] => {
  const currency = currencies.find(({ code }) => code === limits.currency);
  const present = currency === undefined ? undefined : limitsOf(currency);
  const line = (name: string, amount: bigint, now: bigint | undefined): string =>
    `  ${name}: ${amount}${now === undefined ? "" : now === amount ? " (as now)" : ` (now ${now})`}`;
  return [
    `Limits of ${printable(limits.currency)}${present === undefined ? ", which this bridge doesn't have" : ""}, in its smallest units:`,
    line("least amount of a transfer", limits.minimum, present?.minimum),
    line("largest amount of a transfer", limits.maximum, present?.maximum),
    line("minted in a window", limits.mint, present?.mint),
    line("released in a window", limits.release, present?.release),
    line("refunded in a window", limits.refund, present?.refund),
    "  Nothing checks them against Diem's dual-attestation limit: what needs attestation by it is withdrawn in parts.",
  ];
};

const weightOf = ({ refTime, proofSize }: Weight): string => `${refTime} ps, ${proofSize} B of proof`;

const describeProfile = (profile: ChainProfile): readonly string[] => [
  `Chain profile ${printable(profile.name)} for transaction version ${profile.transactionVersion}: what the bridge writes its calls by.`,
  `  state version ${profile.stateVersion}, mortal for ${profile.mortalPeriod} blocks, ${profile.maxConsumers} consumers at most`,
  `  signed extensions: ${profile.extensions.join(", ")}`,
  `  calls: ${Object.entries(profile.calls)
    .map(([name, [pallet, call]]) => `${name} ${pallet}.${call}`)
    .join(", ")}`,
  `  normal extrinsics of a block: ${weightOf(profile.normalWeight)}, ${profile.normalLength} B`,
  `  one extrinsic: ${weightOf(profile.extrinsicWeight)}; its length ${profile.lengthCountsAsProof ? "counts" : "doesn't count"} as proof`,
  `  an empty batch: ${weightOf(profile.baseWeight)}; each call: ${weightOf(profile.callWeight)}; each byte of a remark: ${profile.remarkByteRefTime} ps`,
];

const describeGuardians = ({ keys, threshold, freezer }: Guardians): readonly string[] => [
  `Other guardians: ${threshold} of these ${keys.length} must sign from then on.`,
  ...keys.map((key) => `  ${hex(key)}`),
  `Their account on the parachain, to be Freezer of every asset: ${hex(freezer)}`,
];

const describeMeasurement = ({ measurement, isAllowed }: MeasurementRule): readonly string[] => [
  `${isAllowed ? "Allow" : "No longer allow"} code of this measurement to be given the key:`,
  `  ${printable(measurement.tee)} ${hex(measurement.value)}`,
];

const describeCulprit = ({ type, value }: Culprit): string =>
  type === "diem" ? `Diem's validators of epoch ${value}` : `the relay chain's authorities of set ${value}`;

const describeAction = (action: Action, inForce: InForce): readonly string[] => {
  switch (action.type) {
    case "pause":
      return [
        "Pause: nothing but decisions is signed any more; what is still delayed and every hand-over not done is cancelled.",
      ];
    case "resume":
      return ["Resume: end the pause; frozen assets are thawed."];
    case "thaw":
      return [
        "Thaw the frozen assets. Unless the same batch resumes, that pauses and cancels what is still delayed and every hand-over not done.",
      ];
    case "limits":
      return describeLimits(action.value, inForce);
    case "profile":
      return describeProfile(action.value);
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
    case "misbehaviour":
      return [
        `Misbehaviour of ${action.value.culprits.map(describeCulprit).join(" or ")}, by evidence ${hex(action.value.evidence)}: a pause.`,
      ];
  }
};

const describeDelay = (action: Action, { decisionDelay }: BridgeConfig, inForce: InForce): string => {
  if (isAtOnce(inForce, action)) return "In force at once.";
  const clock = action.type === "profile" ? "" : " of the bridge's work";
  return `In force after a public delay of ${hours(decisionDelay)}${clock}, unless a pause cancels it.`;
};

/**
 * Lines of plain ASCII that say all that a decision does.
 * @param inForce at present; left out, the configuration's own state is what it is compared with
 */
export const describeDecision = (
  { number, previous, until, action }: Decision,
  config: BridgeConfig,
  inForce: InForce = inForceAtFirst(config),
): readonly string[] => [
  `Decision ${number}, after ${hex(previous)}, valid until ${dateOf(until)}`,
  ...describeAction(action, inForce),
  describeDelay(action, config, inForce),
];
