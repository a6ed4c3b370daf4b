/** PROTOCOL 7a: whether several enclaves hold one key, and both chains obey it. */
import type { World } from "@pdiem/bridge/testing/world";
import { shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import { checkEnclaves } from "@pdiem/bridge-client/proof-set/enclave-checks";
import { type ResponseOf, routes } from "@pdiem/enclave/routes";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { PdiemError } from "@pdiem/light-client/error";
import {
  examineHolders,
  type HoldersExamination,
  type ShownHolder,
} from "@pdiem/relayer/cli/verify-enclave/examine-holders";
import { holdersReportOf, holdersReportText } from "@pdiem/relayer/cli/verify-enclave/holders-report";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Actor, activate, CHALLENGE, createStage, NOW } from "../enclave/handover-actors.js";
import { beginAll, boxAll, enrolAll, FIRST, finishAll, genesisWorld, HELD, startThree } from "../enclave/held.js";
import { SETS } from "./support/examination.js";

const stage = createStage(HELD);
const other = createStage(HELD);
let holders: readonly ShownHolder[];
let others: readonly ShownHolder[];

let answers: readonly ResponseOf<"activate">[];

const showAll = async (actors: readonly Actor[]): Promise<readonly ShownHolder[]> => {
  await finishAll(actors, await boxAll(actors, await enrolAll(actors, await beginAll(actors))));
  const shown = await Promise.all(actors.map((actor) => activate(actor, HELD)));
  answers ??= shown;
  return shown.map((answer, i) => ({ slot: i + 1, shown: shownEnclaveOf(answer), collateral: { kind: "none" } }));
};

beforeAll(async () => {
  holders = await showAll(await startThree(stage));
  others = await showAll(await startThree(other));
});
afterAll(() => Promise.all([stage.clear(), other.clear()]));

const keyOf = ([first]: readonly ShownHolder[]): Uint8Array => {
  if (first === undefined || first.shown instanceof PdiemError) throw new Error("expected a key");
  return first.shown.custodyKey;
};

const LATE = new PdiemError("enclave/timeout", "no answer", "backoff");

interface Circumstances {
  readonly shown?: readonly ShownHolder[];
  readonly change?: (world: World) => void;
  readonly state?: HoldersExamination["state"];
}

const reportIn = ({ shown = holders, change, state }: Circumstances = {}) => {
  const groupKey = keyOf(shown);
  const world = genesisWorld(keyOf(holders));
  change?.(world);
  const chains = state ?? { facts: world.facts(), told: undefined, sets: SETS };
  const examination = {
    ...{ config: HELD, challenge: CHALLENGE, groupKey, now: Number(NOW) },
    ...{ holders: shown, state: chains },
  };
  const report = holdersReportOf(examination, examineHolders(examination));
  const named = (outcome: string): readonly string[] => [
    ...report.slots.flatMap(({ slot, checks }) =>
      checks.flatMap((one) => (one.outcome === outcome ? [`${slot} ${one.name}`] : [])),
    ),
    ...report.checks.flatMap((one) => (one.outcome === outcome ? [one.name] : [])),
  ];
  return {
    text: holdersReportText(examination, report),
    verdict: report.verdict,
    failed: named("failed"),
    unseen: named("not-shown"),
  };
};

const inPlace = (slot: number, one: ShownHolder | undefined): readonly ShownHolder[] =>
  holders.map((own) => (own.slot === slot && one !== undefined ? { ...one, slot } : own));

describe("enclaves that hold a key together", () => {
  it("hold where each shows its slot's share of one key, which both chains obey", () => {
    const { text, ...found } = reportIn();
    expect(found).toEqual({ verdict: "simulated", failed: [], unseen: [] });
    expect(text).toMatch(
      /^SIMULATED[\s\S]*held by 2 of 3: slot 1 a, slot 2 b, slot 3 c\n[\s\S]*\nSlot 3 \(c\), hand-over/,
    );
  });

  it("fail where one shows another's slot, or a share of another key", () => {
    expect(reportIn({ shown: inPlace(2, holders[0]) }).failed).toEqual(["slots"]);
    expect(reportIn({ shown: inPlace(2, others[1]) }).failed).toEqual(["public package"]);
    const [first] = holders;
    if (first === undefined || first.shown instanceof PdiemError) throw new Error("expected one");
    const { share } = first.shown;
    if (share === undefined) throw new Error("expected a share");
    const asSecond = { ...first, shown: { ...first.shown, share: { ...share, slot: 2 } } };
    expect(reportIn({ shown: inPlace(2, asSecond) }).failed).toEqual(["2 measurement"]);
    const whole = { ...first, shown: { ...first.shown, share: undefined } };
    expect(reportIn({ shown: inPlace(1, whole) }).failed).toEqual([
      "1 report data",
      "1 share",
      "slots",
      "public package",
    ]);
  });

  it("are judged together in what the portal shows, and gives as a file", () => {
    const shown = answers.map((answer) => ({
      challenge: toHex(CHALLENGE),
      answer: toHex(encode(routes.activate.response, answer)),
      collateral: { kind: "none" },
    }));
    const bridge = { config: HELD, issuer: keyOf(holders), ...FIRST };
    const outcomes = (evidences: typeof shown): ReadonlyMap<string, string> =>
      new Map(checkEnclaves(bridge, evidences, Number(NOW)).map(({ name, outcome }) => [name, outcome]));
    expect([...outcomes(shown)]).toEqual(
      expect.arrayContaining([
        ["Slot 3, report data", "ok"],
        ["Slot 3, Key", "ok"],
        ["slots", "ok"],
        ["public package", "ok"],
      ]),
    );
    expect(new Set(outcomes(shown).values())).toEqual(new Set(["ok"]));
    expect(outcomes(shown.slice(0, 2)).get("slots")).toBe("not-shown");
    expect(outcomes(shown.slice(0, 1).concat(shown)).get("slots")).toBe("failed");
  });

  it("fail where the chains obey another key", () => {
    const { verdict, failed } = reportIn({ shown: others });
    expect(verdict).toBe("fails");
    expect(failed).toContain("custody's authentication key");
    expect(failed).toContain("Owner of asset 7 (XUS)");
  });

  it("are undecided where one answers nothing, or the chains can't be proven", () => {
    const silent = { slot: 3, shown: LATE, collateral: LATE };
    expect(reportIn({ shown: inPlace(3, silent) })).toMatchObject({
      verdict: "undecided",
      failed: [],
      unseen: ["3 enclave", "slots"],
    });
    const { unseen, failed } = reportIn({ state: LATE });
    expect([failed, unseen]).toEqual([
      [],
      expect.arrayContaining(["1 measurement", "1 checkpoint", "custody", "time"]),
    ]);
  });
});
