/** Running many schedules of ceremonies and signing, and what they must come to. */
import { createRandom, type Random } from "../model/choose.js";
import { Violation } from "../model/violation.js";
import { runCeremony } from "./ceremony-schedule.js";
import { runRepair } from "./repair-schedule.js";
import { runSigning } from "./signing-schedule.js";

export type Theme = "ceremony" | "signing" | "repair";

const named = (what: string, ...names: readonly string[]): readonly string[] => names.map((name) => `${what} ${name}`);

/** Each of these has to come about. */
export const REACHED: Readonly<Record<Theme, readonly string[]>> = {
  ceremony: [
    ...["ceremonyBegin", "ceremonyRoll", "ceremonyBoxes", "ceremonyFinish", "activate", "ceremonyReceipts", "genesis"],
    ...["restart", "another machine", "replay", "undisturbed"],
    ...named("ceremonyRoll", "refused/ceremony-parts", "refused/ceremony-other-roll"),
    ...named("ceremonyBoxes", "evidence/policy-report-data", "refused/ceremony-parts", "refused/not-in-ceremony"),
    ...named("ceremonyFinish", "refused/ceremony-box", "refused/ceremony-share", "refused/ceremony-unverified"),
    ...named("genesis", "refused/ceremony-receipts"),
  ],
  signing: [
    ...["share", "signature", "restart", "clone", "another session on a handle", "holders/signature"],
    ...["refused/sessions", "refused/session-message", "refused/session-commitments"],
    ...["refused/handle-used", "refused/handle-unknown"],
  ],
  repair: [
    ...["repairSplit", "repairSum", "repairAccept", "handoverRelease", "handoverAccept", "restart", "undisturbed"],
    ...named("repairSplit", "refused/handover-undecided", "refused/checkpoint-nonces", "refused/repair-helpers"),
    ...named("repairSplit", "refused/paused", "evidence/policy-report-data", "evidence/policy-measurements"),
    ...named("repairSum", "refused/repair-box", "refused/repair-fault", "refused/repair-rows"),
    ...named("repairAccept", "refused/repair-box", "refused/not-receiving"),
    ...named("handoverRelease", "refused/handover-undecided", "refused/checkpoint-nonces"),
  ],
};

type Counts = ReadonlyMap<string, number>;

export interface Schedules {
  readonly theme: Theme;
  readonly seed: number;
  /** The first one's index. */
  readonly first: number;
  readonly count: number;
  /** How often what came about; added to. */
  readonly counts: Map<string, number>;
}

const RUN: Readonly<Record<Theme, (random: Random) => Promise<Counts> | Counts>> = {
  ...{ ceremony: runCeremony, signing: runSigning, repair: runRepair },
};

/** @throws Error that names the schedule that went wrong, so that it can be run alone */
export const runSchedules = async ({ theme, seed, first, count, counts }: Schedules): Promise<void> => {
  for (let index = first; index < first + count; index++)
    try {
      const random = createRandom(seed, index);
      const reached = await RUN[theme](random);
      for (const [name, times] of reached) counts.set(name, (counts.get(name) ?? 0) + times);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      const again = `npm run model:holders -- --theme ${theme} --seed ${seed} --first ${index} --schedules 1`;
      throw new Error(`schedule ${index} of seed ${seed} went wrong: ${error.message} (${again})`, { cause: error });
    }
};
