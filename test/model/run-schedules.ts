/** Running many schedules, and what they must come to: they are there to try it. */
import { isPdiemError } from "@pdiem/light-client/error";
import { runSchedule, type Theme } from "./schedule.js";
import { Violation } from "./violation.js";

const named = (what: string, ...names: readonly string[]): readonly string[] => names.map((name) => `${what} ${name}`);

/** Each of these has to come about. */
export const REACHED: readonly string[] = [
  ...named("deposit", "minted", "refunded", "returned"),
  ...named("deposit kept", "nothing-left", "returned-refund", "sender-of-custody"),
  ...named("deposit waits", "mint-window", "refund-window", "return-not-receivable", "gas-price"),
  ...named("deposit waits", "sender-frozen", "sender-needs-attestation", "sender-without-currency"),
  ...named("withdrawal", "released", "given-back", "waits"),
  ...named("aborted release", "waits", "given-back", "released-anew"),
  ...named("payment", "paid", "aborted", "void"),
  ...named("any payment", "paid", "void"),
  ...named("settlement", "executed", "failed", "refused/paused", "refused/asset-frozen", "refused/too-early"),
  ...named("settlement", "refused/checkpoint-lapsed", "refused/spec-version", "refused/unknown-payment"),
  ...named("hostile settlement", "executed", "void", "refused/skew", "refused/not-in-force", "refused/governance"),
  ...named("hostile settlement", "proof/list-leaf", "refused/no-amnesty", "refused/diem-behind"),
  ...named("hostile payout", "signed", "refused/number-used", "refused/number-ahead", "refused/paused"),
  ...named("hostile payout", "refused/not-in-force", "proof/list-leaf"),
  ...named("any batch", "executed", "void"),
  ...named("decided", "pause", "resume", "thaw", "windows", "freezer", "amnesty", "bounds", "batch", "guardians"),
  ...named("decided", "handover"),
  ...named("decision", "refused/decision-until", "proof/guardian-threshold"),
  ...named("hostile decision", "executed", "refused/decision-governance", "refused/decision-expired"),
  ...named("call", "setTeam", "thaw"),
  ...named("checkpoint", "accepted", "told"),
  ...named("forged checkpoint", "proof/unknown-guardian", "proof/guardian-threshold", "proof/guardian-signature"),
  ...named("fork", "proof/foreign-set"),
  ...named("settlement on a fork", "void", "refused/before-checkpoint", "refused/checkpoint-lapsed"),
  ...named("payout on a fork", "void", "refused/before-checkpoint", "refused/checkpoint-lapsed"),
  ...named("checkpoint on a fork", "refused/checkpoint-sets"),
  ...["registration", "payout sent back", "flood of deposits", "dust on a withdrawal account", "run on the bridge"],
  ...["freeze", "fortnight", "runtime upgrade", "key used by somebody else"],
];

export interface Schedules {
  readonly seed: number;
  /** The first one's index. */
  readonly first: number;
  readonly count: number;
  readonly theme?: Theme;
  /** How often what came about; added to. */
  readonly counts: Map<string, number>;
}

/** @throws Error that names the schedule that went wrong, so that it can be run alone */
export const runSchedules = ({ seed, first, count, theme, counts }: Schedules): void => {
  for (let index = first; index < first + count; index++)
    try {
      for (const [name, times] of runSchedule(seed, index, theme)) counts.set(name, (counts.get(name) ?? 0) + times);
    } catch (error) {
      if (!(error instanceof Violation) && !isPdiemError(error)) throw error;
      const again = `npm run model -- --seed ${seed} --first ${index} --schedules 1`;
      throw new Error(`schedule ${index} of seed ${seed} went wrong: ${error.message} (${again})`, { cause: error });
    }
};
