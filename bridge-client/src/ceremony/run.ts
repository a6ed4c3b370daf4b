/** Drives a ceremony as far as it can go with the enclaves at hand. */
import type { Retry } from "@pdiem/light-client/error";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { EnclaveClient } from "../enclave/enclave-client.js";
import { ANEW, type Stage, stageOf } from "./process.js";
import { type CeremonyRecord, checkRecord, holdersOf, type SlotRecord, slotIn, withShown } from "./record.js";
import { awaitedFor, type Ceremony, GIVES, STEPS, type Step, TAKE } from "./steps.js";

export interface CeremonyRun extends Ceremony {
  /** The enclaves that can be asked, by their slots. */
  readonly enclaves: ReadonlyMap<number, EnclaveClient>;
  /** Keeps the record, whenever there is more in it: what is lost of it may not be shown again. */
  readonly keep: (record: CeremonyRecord) => Promise<void>;
  readonly tell: (step: Step, slot: number) => void;
  /** The last step to take; left out, all are. */
  readonly upTo?: Step;
}

interface Fault {
  readonly slot: number;
  readonly error: PdiemError;
}

/** What a process says that has forgotten the ceremony, or can't go on with it. */
const ENDED: readonly string[] = [
  "refused/not-in-ceremony",
  "refused/ceremony-restarted",
  "refused/ceremony-other-roll",
  "refused/ceremony-box",
  "refused/ceremony-share",
  "refused/ceremony-parts",
];

const URGENCY: readonly Retry[] = ["never", "later", "backoff"];

const textOf = ({ config }: Ceremony, { slot, error: { code, message } }: Fault): string => {
  const name = `slot ${slot} (${holdersOf(config).slots[slot - 1]})`;
  const told = message.startsWith("slot ") ? message : `${name}: ${message}`;
  return ENDED.includes(code) ? `${told}; ${ANEW}` : told;
};

/** Tells of all faults by the code of the worst one. */
const throwFaults = (ceremony: Ceremony, faults: readonly Fault[]): void => {
  const [worst] = faults.toSorted((a, b) => URGENCY.indexOf(a.error.retry) - URGENCY.indexOf(b.error.retry));
  if (worst === undefined) return;
  const texts = [...new Set(faults.map((fault) => textOf(ceremony, fault)))];
  throw new PdiemError(worst.error.code, texts.join("\n"), worst.error.retry, { cause: worst.error });
};

/**
 * Runs something of several slots at once: what some achieve stands, whatever becomes of others.
 */
const ofAll = async <T>(
  slots: readonly number[],
  work: (slot: number) => Promise<T>,
): Promise<{ readonly done: ReadonlyMap<number, T>; readonly faults: readonly Fault[] }> => {
  const done = new Map<number, T>();
  const faults: Fault[] = [];
  await Promise.all(
    slots.map(async (slot) => {
      try {
        done.set(slot, await work(slot));
      } catch (error) {
        if (!isPdiemError(error)) throw error;
        faults.push({ slot, error });
      }
    }),
  );
  return { done, faults: faults.sort((a, b) => a.slot - b.slot) };
};

const askOf = ({ enclaves }: CeremonyRun, slot: number): EnclaveClient => {
  const enclave = enclaves.get(slot);
  if (enclave === undefined) throw new RangeError(`expected an enclave of slot ${slot}`);
  return enclave;
};

const stagesOf = (run: CeremonyRun, record: CeremonyRecord, slots: readonly number[]) =>
  ofAll(slots, async (slot) => stageOf(record, slot, await askOf(run, slot).status()));

/** A process that is new has shown nothing yet, whatever one before it did. */
const forgotten = (record: CeremonyRecord, stages: ReadonlyMap<number, Stage>): CeremonyRecord => ({
  ...record,
  slots: record.slots.map((one, i) => (stages.get(i + 1) === "new" ? {} : one)),
});

/** What only a process that takes part gives: a holder has made its share of it. */
const BEFORE_HOLDING: readonly Step[] = ["part", "roll", "boxes"];

const checkAwaited = (ceremony: Ceremony, record: CeremonyRecord, step: Step, holding: readonly number[]): void => {
  const awaited = awaitedFor(record, step);
  const lost = awaited.filter((slot) => holding.includes(slot));
  const { slots } = holdersOf(ceremony.config);
  const names = (of: readonly number[]): string => of.map((slot) => `slot ${slot} (${slots[slot - 1]})`).join(", ");
  if (lost.length > 0)
    throw new PdiemError(
      "ceremony/lost",
      `${names(lost)} made its share, and what it showed before isn't in this file: take the file that has it, or ${ANEW}`,
    );
  if (awaited.length > 0)
    throw new PdiemError("ceremony/awaited", `${step} waits for what ${names(awaited)} shows before`, "later");
};

/**
 * Takes the steps that are due, of all enclaves at hand at once. Stopped anywhere, it can be run
 * again with the record that was kept.
 * @returns the record with all that has been shown
 * @throws PdiemError `ceremony/awaited`, `later`, which names the slots; `ceremony/lost`; of
 * `checkRecord`, `stageOf`, `checkParts`, `verifyShown`, `verifyHolders`; or an enclave's own, with
 * its slot
 */
export const runCeremony = async (run: CeremonyRun, from: CeremonyRecord): Promise<CeremonyRecord> => {
  checkRecord(run.config, from);
  const slots = [...run.enclaves.keys()].filter((slot) => slotIn(from, slot).receipt === undefined);
  const found = await stagesOf(run, from, slots);
  let record = forgotten(from, found.done);
  let faults = found.faults;
  const holding = slots.filter((slot) => found.done.get(slot) === "holder");
  const take = async (step: Step): Promise<void> => {
    const due = slots.filter(
      (slot) =>
        found.done.has(slot) &&
        slotIn(record, slot)[GIVES[step]] === undefined &&
        !(BEFORE_HOLDING.includes(step) && holding.includes(slot)),
    );
    if (due.length === 0) return;
    // A holder has what it needed.
    if (!(step === "finish" && due.every((slot) => holding.includes(slot)))) checkAwaited(run, record, step, holding);
    const { done, faults: failed } = await ofAll<SlotRecord>(due, (slot) =>
      TAKE[step](run, record, slot, askOf(run, slot)),
    );
    for (const [slot, shown] of [...done].sort(([a], [b]) => a - b)) {
      record = withShown(record, slot, shown);
      run.tell(step, slot);
    }
    if (done.size > 0) await run.keep(record);
    faults = [...faults, ...failed];
  };
  for (const step of STEPS) {
    await take(step);
    throwFaults(run, faults);
    if (step === run.upTo) break;
  }
  return record;
};
