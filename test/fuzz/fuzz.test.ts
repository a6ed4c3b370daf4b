import { describe, expect, test } from "vitest";
import { verifyInput } from "../conformance/attestation/input.js";
import { fuzz, type Report } from "./fuzz.js";
import type { Verify } from "./judge.js";
import { createRandom } from "./random.js";
import type { Input } from "./subject.js";
import { allSubjects } from "./subjects.js";

const subjects = await allSubjects();
const originals = new Set(subjects.map(({ input }) => input));
const honest: Verify = verifyInput;

const run = (cases: number, verify: Verify = honest, limitMs = 60_000): Promise<Report> =>
  fuzz({ subjects, seed: 1, cases, verify, limitMs });

/** A verifier that does something else with what was changed. */
const unlessChanged =
  (otherwise: Verify): Verify =>
  (input) =>
    originals.has(input) ? honest(input) : otherwise(input);

test("changed evidence and collateral are refused by typed refusals, or mean the same", async () => {
  const { cases, findings, refusals, same, admitted } = await run(1500);
  expect(findings).toEqual([]);
  expect(cases).toBe(1500);
  const steps = new Set([...refusals.keys()].map((code) => code.replace(/^evidence\/([a-z]+)-.*$/, "$1")));
  expect([...steps].sort()).toEqual([
    "binding",
    "chain",
    "collateral",
    "format",
    "policy",
    "revocation",
    "signature",
    "tcb",
  ]);
  expect(same).toBeGreaterThan(0);
  expect(admitted).toBeGreaterThan(0);
});

describe("a verifier is found out that", () => {
  const result = (input: Input) => {
    const subject = subjects.find(({ input: { evidence } }) => evidence.kind === input.evidence.kind);
    if (subject === undefined) throw new Error("expected a subject");
    return honest(subject.input);
  };

  test.each<[what: string, verify: Verify, reason: RegExp]>([
    ["accepts whatever comes", (input) => ({ ...result(input), measurements: {} }), /accepted/],
    [
      "throws something else",
      () => {
        throw new TypeError("undefined is not a function");
      },
      /TypeError/,
    ],
    [
      "throws a text",
      () => {
        throw "no";
      },
      /another kind: no/,
    ],
  ])("%s", async (_, verify, reason) => {
    const { findings } = await run(200, unlessChanged(verify));
    expect(findings).toHaveLength(20);
    expect(findings[0]?.what).toMatch(reason);
  });

  test("takes long", async () => {
    const slow: Verify = (input) => {
      const start = process.cpuUsage();
      while (process.cpuUsage(start).user < 5_000);
      return honest(input);
    };
    const { findings, slowest } = await run(30, unlessChanged(slow), 3);
    expect(findings).toHaveLength(20);
    expect(findings[0]?.what).toMatch(/^took \d/);
    expect(slowest.ms).toBeGreaterThan(3);
  });
});

test("a case can be run alone, and a run can be stopped", async () => {
  const simulated = subjects.filter(({ name }) => name === "simulated evidence");
  const refusing = unlessChanged(() => {
    throw "found";
  });
  const options = { subjects: simulated, seed: 5, verify: refusing };
  const [, , , found] = (await fuzz({ ...options, cases: 10 })).findings;
  expect(found?.index).toBeGreaterThan(2);
  const { findings } = await fuzz({ ...options, first: found?.index ?? 0, cases: 1 });
  expect(findings).toEqual([found]);

  let judged = 0;
  const counting = unlessChanged((input) => {
    judged += 1;
    return honest(input);
  });
  const stopped = await fuzz({ ...options, verify: counting, cases: 1e9, isStopped: () => judged >= 6 });
  expect(stopped.cases).toBe(6);
});

test("what is left as it was isn't counted", async () => {
  const inputs: Input[] = [];
  const recording = unlessChanged((input) => {
    inputs.push(input);
    return honest(input);
  });
  const simulated = subjects.filter(({ name }) => name === "simulated evidence");
  await fuzz({ subjects: simulated, seed: 5, verify: recording, cases: 300 });
  expect(inputs).toHaveLength(300);
  for (const { evidence } of inputs) expect(evidence).not.toEqual(simulated[0]?.input.evidence);
});

test("numbers are the same for the same seed and case, and others for others", () => {
  const bytes = (seed: number, index: number): string => createRandom(seed, index).bytes(16).join();
  expect(bytes(1, 2)).toBe(bytes(1, 2));
  expect(new Set([bytes(1, 2), bytes(1, 3), bytes(2, 2), bytes(2, 3)]).size).toBe(4);
  const random = createRandom(9, 9);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) {
    const at = random.below(4);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  for (const count of counts) expect(count).toBeGreaterThan(800);
});
