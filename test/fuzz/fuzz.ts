import { isDeepStrictEqual } from "node:util";
import { verifyInput } from "../conformance/attestation/input.js";
import { changedCollateral, changedEvidence, swapped } from "./changed.js";
import { judge, type Verify } from "./judge.js";
import { createRandom, type Random } from "./random.js";
import type { Input, Subject } from "./subject.js";

/** One case that ended as none may. */
export interface Finding {
  readonly index: number;
  readonly subject: string;
  readonly what: string;
  readonly input: Input;
}

export interface Report {
  readonly cases: number;
  readonly same: number;
  readonly admitted: number;
  /** How often each code came. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Milliseconds of processor time. */
  readonly slowest: { readonly ms: number; readonly index: number };
  readonly findings: readonly Finding[];
}

export interface Options {
  readonly subjects: readonly Subject[];
  readonly seed: number;
  /** The number of the first change. */
  readonly first?: number;
  /** How many changes to make; those that leave all as it was don't count. */
  readonly cases: number;
  /** The verifier's own where it is left out. */
  readonly verify?: Verify;
  /** How much processor time a case may take. */
  readonly limitMs?: number;
  /** Hears of what there is so far, now and then. */
  readonly onProgress?: (report: Report) => void;
  readonly isStopped?: () => boolean;
}

interface Case {
  readonly subject: Subject;
  readonly input: Input;
  readonly isGenuine: boolean;
}

const CASES_A_TURN = 200;
const MAX_FINDINGS = 20;

const makeCase = (random: Random, subjects: readonly [Subject, ...(readonly Subject[])]): Case => {
  const subject = random.pick(subjects);
  const donor = random.pick(subjects).input;
  const { input, remakes } = subject;
  const remake = remakes[random.below(remakes.length)];
  const what = random.below(20);
  if (remake !== undefined && what < 5) return { subject, input: remake(random), isGenuine: true };
  if (what === 5) return { subject, input: swapped(random, input, donor), isGenuine: true };
  const isOfEvidence = input.collateral.kind === "none" || what < 13;
  return {
    subject,
    input: isOfEvidence
      ? { ...input, evidence: changedEvidence(random, input.evidence, donor.evidence) }
      : { ...input, collateral: changedCollateral(random, input.collateral, donor.collateral) },
    isGenuine: false,
  };
};

/** Some changes leave all as it was, such as zeros in the place of zeros: those aren't cases. */
const isChanged = ({ subject, input }: Case): boolean =>
  !isDeepStrictEqual(
    [input.evidence, input.collateral, input.now],
    [subject.input.evidence, subject.input.collateral, subject.input.now],
  );

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const processorMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

/**
 * Changes evidence and collateral that are accepted, in ways that a seed chooses, and has each
 * verified. It must be refused by a typed refusal, or mean the same, and soon.
 * @throws Error unless every subject is accepted as it is
 */
export const fuzz = async (options: Options): Promise<Report> => {
  const { seed, first = 0, cases, limitMs = 1000, onProgress, isStopped } = options;
  const { verify = verifyInput } = options;
  const [subject, ...others] = options.subjects;
  if (subject === undefined) throw new Error("expected evidence to change");
  const unchanged = new Map(options.subjects.map((one) => [one, verify(one.input)]));
  const refusals = new Map<string, number>();
  const findings: Finding[] = [];
  let report: Report = { cases: 0, same: 0, admitted: 0, refusals, slowest: { ms: 0, index: first }, findings };
  const goesOn = (): boolean => report.cases < cases && findings.length < MAX_FINDINGS && isStopped?.() !== true;
  for (let index = first; goesOn(); index++) {
    const made = makeCase(createRandom(seed, index), [subject, ...others]);
    if (!isChanged(made)) continue;
    const { subject: one, input, isGenuine } = made;
    const result = unchanged.get(one);
    if (result === undefined) throw new Error(`expected ${one.name} to be verified`);
    const start = process.cpuUsage();
    const verdict = judge(verify, input, result, isGenuine);
    const ms = processorMs(start);
    if (verdict.outcome === "refused") refusals.set(verdict.code, (refusals.get(verdict.code) ?? 0) + 1);
    if (verdict.outcome === "wrong") findings.push({ index, subject: one.name, what: verdict.what, input });
    else if (ms > limitMs) findings.push({ index, subject: one.name, what: `took ${ms} ms`, input });
    report = {
      ...report,
      cases: report.cases + 1,
      same: report.same + (verdict.outcome === "same" ? 1 : 0),
      admitted: report.admitted + (verdict.outcome === "admitted" ? 1 : 0),
      slowest: ms > report.slowest.ms ? { ms, index } : report.slowest,
    };
    if (report.cases % CASES_A_TURN === 0) {
      onProgress?.(report);
      await turn();
    }
  }
  return report;
};
