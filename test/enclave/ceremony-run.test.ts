/** PROTOCOL 7a: a ceremony driven from outside, with whatever may happen on the way. */
import { ISSUER } from "@pdiem/bridge/testing/config";
import { heldBy } from "@pdiem/bridge/testing/holders";
import { mergeRecords } from "@pdiem/bridge-client/ceremony/merge";
import {
  type CeremonyRecord,
  emptyRecord,
  formatRecord,
  parseRecord,
  type SlotRecord,
  withShown,
} from "@pdiem/bridge-client/ceremony/record";
import {
  type CeremonyReport,
  checkReport,
  formatReport,
  parseReport,
  reportOf,
} from "@pdiem/bridge-client/ceremony/report";
import { runCeremony } from "@pdiem/bridge-client/ceremony/run";
import { GIVES, STEPS, type Step } from "@pdiem/bridge-client/ceremony/steps";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { EnclaveError } from "@pdiem/bridge-client/enclave/enclave-error";
import { ROUTE_NAMES } from "@pdiem/enclave/routes";
import { toHex } from "@pdiem/light-client/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Actor, createStage, handoverConfig, NOW, refused, type Stage, simulatedAs } from "./handover-actors.js";
import { genesisWorld, HELD, NAMES } from "./held.js";
import { prove } from "./proofs.js";

let stage: Stage;
let actors: Actor[];
beforeEach(async () => {
  stage = createStage(HELD);
  actors = await Promise.all(NAMES.map((name) => stage.start(simulatedAs(name))));
});
afterEach(() => stage.clear());

const clientOf = (actor: Actor): EnclaveClient =>
  Object.fromEntries(
    ROUTE_NAMES.map((name) => [name, (request: never) => actor.ask(name, request)]),
  ) as unknown as EnclaveClient;

const SERVICES = {
  collateralOf: async () => ({ kind: "none" }) as const,
  prove: async (_: unknown, __: unknown, groupKey: Uint8Array | undefined) => ({
    proofs: prove(genesisWorld(groupKey ?? ISSUER), groupKey === undefined ? 5 : 6),
    time: NOW,
  }),
};

/** Writes a record and reads it again. */
const written = (record: CeremonyRecord): CeremonyRecord =>
  parseRecord(JSON.parse(JSON.stringify(formatRecord(record))));

interface Running {
  readonly config?: typeof HELD;
  readonly slots?: readonly number[];
  readonly upTo?: Step;
  readonly keep?: (record: CeremonyRecord) => void;
  readonly client?: (actor: Actor, slot: number) => EnclaveClient;
}

const run = (from: CeremonyRecord, running: Running = {}): Promise<CeremonyRecord> => {
  const { config = HELD, slots = actors.map((_, i) => i + 1), upTo, keep = () => undefined } = running;
  const { client = clientOf } = running;
  const enclaves = new Map(slots.map((slot) => [slot, client(actors[slot - 1] as Actor, slot)]));
  const told = { keep: async (record: CeremonyRecord) => keep(written(record)), tell: () => undefined };
  return runCeremony({ config, services: SERVICES, enclaves, ...told, ...(upTo && { upTo }) }, from);
};

const restart = async (slot: number): Promise<void> => {
  actors[slot - 1] = await (actors[slot - 1] as Actor).restart();
};

const keyOf = async (slot: number): Promise<string> => {
  const { role } = await (actors[slot - 1] as Actor).ask("status", undefined);
  return role.type === "holder" && role.value.receipt !== undefined ? toHex(role.value.custodyKey) : role.type;
};

const EMPTY = emptyRecord(HELD);

const shownBy = (record: CeremonyRecord, slot: number): SlotRecord => record.slots[slot - 1] ?? {};
const without = (shown: SlotRecord, step: Step): SlotRecord => ({ ...shown, [GIVES[step]]: undefined });
/** Names of all checks of a report that fail. */
const failedIn = (report: CeremonyReport): readonly string[] => {
  const { slots, together } = checkReport(report, Number(NOW));
  const checks = [...slots.flatMap((one) => one.checks), ...together];
  return checks.flatMap(({ name, outcome }) => (outcome === "ok" ? [] : [name]));
};
const failing = (code: string) => (): Promise<never> => Promise.reject(new EnclaveError(code, "not there", "backoff"));

describe("a ceremony", () => {
  it.each([
    [2, ["a", "b", "c"]],
    [3, ["a", "b", "c", "d", "e"]],
  ])("makes a key of which %i sign, and a report that holds", async (threshold, names) => {
    const config = heldBy(names, threshold, handoverConfig);
    actors = await Promise.all(names.map((name) => stage.start(simulatedAs(name))));
    const record = await run(emptyRecord(config), { config });
    const report = parseReport(JSON.parse(JSON.stringify(formatReport(reportOf(config, record)))));
    const key = toHex(report.publicPackage.groupKey);
    expect(await Promise.all(names.map((_, i) => keyOf(i + 1)))).toEqual(names.map(() => key));
    expect(failedIn(report)).toEqual([]);
    expect(report.time).toBe(new Date(Number(NOW)).toISOString());
  });

  it.each(STEPS)("goes on where it was stopped: once '%s' was taken, kept or not", async (last) => {
    let kept = EMPTY;
    await run(EMPTY, { upTo: last, keep: (record) => (kept = record) });
    const before = STEPS[STEPS.indexOf(last) - 1];
    const stopped = before === undefined ? EMPTY : { ...kept, slots: kept.slots.map((one) => without(one, last)) };
    const [record] = [await run(stopped), await run(kept)];
    expect(new Set(await Promise.all([1, 2, 3].map(keyOf))).size).toBe(1);
    expect(failedIn(reportOf(HELD, record))).toEqual([]);
  });

  it("goes on where one enclave was away: the others have shown what they could", async () => {
    let kept = EMPTY;
    const away = { keep: (record: CeremonyRecord) => (kept = record) };
    const client = (actor: Actor, slot: number): EnclaveClient =>
      slot === 2 ? { ...clientOf(actor), status: failing("enclave/unreachable") } : clientOf(actor);
    await expect(run(EMPTY, { ...away, client })).rejects.toMatchObject({
      code: "enclave/unreachable",
      message: "slot 2 (b): not there",
    });
    expect(kept.slots.map(({ part }) => part !== undefined)).toEqual([true, false, true]);
    await run(kept);
    expect(await keyOf(2)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("a ceremony by files", () => {
  /** Each operator runs one step of its own, with what the others have sent. */
  const round = (files: readonly CeremonyRecord[], upTo: Step): Promise<readonly CeremonyRecord[]> =>
    Promise.all(
      files.map((own, i) => {
        const others = files.filter((_, at) => at !== i).map(written);
        return run(mergeRecords(own, others), { slots: [i + 1], upTo });
      }),
    );

  it("is one that each operator takes the steps of its own slot in", async () => {
    let files: readonly CeremonyRecord[] = NAMES.map(() => EMPTY);
    for (const step of STEPS) files = await round(files, step);
    const [first = EMPTY, ...others] = files;
    const report = reportOf(HELD, mergeRecords(first, others));
    expect(new Set(await Promise.all([1, 2, 3].map(keyOf)))).toEqual(new Set([toHex(report.publicPackage.groupKey)]));
    expect(() => reportOf(HELD, first)).toThrow(/waits for receipts of slots 2, 3/);
  });

  it("says whom a step waits for", async () => {
    const own = await run(EMPTY, { slots: [2], upTo: "part" });
    await expect(run(own, { slots: [2] })).rejects.toMatchObject({
      code: "ceremony/awaited",
      retry: "later",
      message: "roll waits for what slot 1 (a), slot 3 (c) shows before",
    });
  });

  it("is refused where files are of two ceremonies, or of another bridge", async () => {
    await expect(run(emptyRecord({ ...HELD, maxSkew: HELD.maxSkew + 1n }))).rejects.toThrow(
      refused("ceremony/other-bridge"),
    );
    const own = await run(EMPTY, { upTo: "part" });
    await restart(3);
    const again = await run(EMPTY, { slots: [3], upTo: "part" });
    expect(() => mergeRecords(own, [again])).toThrow(
      expect.objectContaining({ code: "ceremony/conflict", message: expect.stringContaining("two parts of slot 3") }),
    );
    const other = emptyRecord({ ...HELD, maxSkew: HELD.maxSkew + 1n });
    expect(() => mergeRecords(own, [other])).toThrow(refused("ceremony/other-bridge"));
  });
});

describe("a process that was restarted", () => {
  it("makes its part again, while nobody has answered for the one before", async () => {
    const before = await run(EMPTY, { upTo: "part" });
    await restart(2);
    const record = await run(before);
    expect(shownBy(record, 2).part).not.toEqual(shownBy(before, 2).part);
    expect(shownBy(record, 1).part).toEqual(shownBy(before, 1).part);
    expect(await keyOf(2)).toBe(await keyOf(1));
  });

  it.each(["roll", "boxes", "finish"] as const)(
    "ends the ceremony after '%s', which is told with its slot",
    async (step) => {
      const before = await run(EMPTY, { upTo: step });
      await restart(2);
      const again = run(before);
      await expect(again).rejects.toMatchObject({ code: "ceremony/restarted", retry: "never" });
      await expect(again).rejects.toThrow(
        /^slot 2's process has forgotten .* begins anew: restart every slot's enclave/,
      );
      await expect(run(EMPTY)).rejects.toThrow(
        refused(step === "finish" ? "sealed/exists" : "refused/ceremony-other-roll"),
      );
    },
  );

  it("isn't told of where only the record is lost: of what all hold, the rest is shown again", async () => {
    await run(EMPTY, { upTo: "finish" });
    await run(EMPTY);
    expect(await keyOf(2)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is the only way on where the record is lost and some hold their shares", async () => {
    const shown = await run(EMPTY, { upTo: "boxes" });
    await run(shown, { slots: [1], upTo: "finish" });
    await expect(run(EMPTY)).rejects.toMatchObject({
      code: "ceremony/lost",
      message: expect.stringMatching(/^slot 1 \(a\) made its share, .*begins anew/),
    });
    await run(shown);
  });

  it("takes no receipts, though its share is there", async () => {
    const before = await run(EMPTY, { upTo: "finish" });
    await restart(2);
    await (actors[1] as Actor).ask("activate", { config: HELD, challenge: ISSUER });
    await expect(run(before)).rejects.toThrow(
      expect.objectContaining({
        code: "refused/ceremony-restarted",
        message: expect.stringMatching(/^slot 2 \(b\): .* begins anew/),
      }),
    );
  });

  it("matters no more once all receipts are taken", async () => {
    const record = await run(EMPTY);
    await restart(2);
    expect(await run(record)).toEqual(record);
  });
});

describe("what is wrong is told with its slot, before anybody answers for it", () => {
  const partOf = (record: CeremonyRecord, slot: number) => {
    const { part } = shownBy(record, slot);
    if (part === undefined) throw new Error("expected a part");
    return part;
  };

  it.each<[string, (part: ReturnType<typeof partOf>, record: CeremonyRecord) => Partial<ReturnType<typeof partOf>>]>([
    ["another slot's proof", (_, record) => ({ proof: partOf(record, 1).proof })],
    ["a point of small order", ({ commitments: [first = ISSUER] }) => ({ commitments: [first, new Uint8Array(32)] })],
    ["a commitment fewer", ({ commitments }) => ({ commitments: commitments.slice(1) })],
    ["another slot's hand-over key", (_, record) => ({ handoverKey: partOf(record, 1).handoverKey })],
  ])("a part with %s", async (_, change) => {
    const shown = await run(EMPTY, { upTo: "part" });
    const part = partOf(shown, 2);
    const forged = withShown(shown, 2, { part: { ...part, ...change(part, shown) } });
    await expect(run(forged, { slots: [1, 3] })).rejects.toThrow(
      expect.objectContaining({ code: "ceremony/part", message: expect.stringMatching(/^slot 2's part can't be/) }),
    );
    await run(shown);
  });

  it("evidence of another roll, and of a class that isn't the slot's", async () => {
    const shown = await run(EMPTY, { upTo: "roll" });
    const third = shownBy(shown, 3).enrolled;
    if (third === undefined) throw new Error("expected evidence");
    await expect(run(withShown(shown, 2, { enrolled: third }))).rejects.toMatchObject({
      code: "evidence/policy-measurements",
      message: expect.stringMatching(/^slot 2 \(b\): its evidence is refused/),
    });
    const text = Buffer.from(third.evidence)
      .toString("utf8")
      .replace(/"reportData":"../, '"reportData":"00');
    const forged = withShown(shown, 3, { enrolled: { ...third, evidence: new Uint8Array(Buffer.from(text)) } });
    await expect(run(forged)).rejects.toMatchObject({
      code: "evidence/policy-report-data",
      message: expect.stringMatching(/^slot 3 \(c\)/),
    });
    await run(shown);
  });

  it("a box, with who gave it and who was given it, and that all begins anew", async () => {
    const shown = await run(EMPTY, { upTo: "boxes" });
    const [first, ...rest] = shownBy(shown, 3).boxes ?? [];
    if (first === undefined) throw new Error("expected a box");
    const forged = withShown(shown, 3, { boxes: [{ ...first, box: new Uint8Array(first.box.length) }, ...rest] });
    await expect(run(forged)).rejects.toThrow(
      expect.objectContaining({
        code: "refused/ceremony-box",
        message: expect.stringMatching(/^slot 1 \(a\): expected a box of slot 3 .* begins anew/),
      }),
    );
    await expect(run(shown)).rejects.toThrow(refused("ceremony/restarted"));
  });

  it("an enclave in another's place, of another ceremony, or that waits for a key", async () => {
    const record = await run(EMPTY, { upTo: "part" });
    actors = [actors[1], actors[0], actors[2]] as Actor[];
    await expect(run(record)).rejects.toThrow(expect.objectContaining({ code: "ceremony/other-slot" }));
    actors = [actors[1], actors[0], await stage.start(simulatedAs("c"))] as Actor[];
    const done = await run(record);
    const strangers = createStage(HELD);
    const [one, two] = actors;
    actors = await Promise.all(NAMES.map((name) => strangers.start(simulatedAs(name))));
    await run(EMPTY);
    actors = [one, two, actors[2]] as Actor[];
    const stale = { ...done, slots: done.slots.map((shown) => without(shown, "receipt")) };
    await expect(run(stale)).rejects.toThrow(
      expect.objectContaining({ code: "ceremony/other-key", message: expect.stringMatching(/^slot 3's enclave/) }),
    );
    await strangers.clear();
  });
});

describe("a report", () => {
  it("holds for its own bridge alone, with all slots' evidence as it was", async () => {
    const report = reportOf(HELD, await run(EMPTY));
    const [first, second, third] = report.slots;
    if (first === undefined || second === undefined || third === undefined) throw new Error("expected three");
    expect(failedIn(report)).toEqual([]);
    expect(failedIn({ ...report, slots: [first, second, { ...third, handoverKey: first.handoverKey }] })).toEqual([
      "report data",
    ]);
    expect(failedIn({ ...report, slots: [first, third, second] })).toContain("measurement");
    expect(failedIn({ ...report, slots: [first, second] })).toContain("slots");
    expect(failedIn({ ...report, bridge: { ...HELD, maxSkew: HELD.maxSkew + 1n } })).toContain("report data");
    const groupKey = ISSUER;
    expect(failedIn({ ...report, publicPackage: { ...report.publicPackage, groupKey } })).toContain("report data");
  });

  it("is read within bounds", async () => {
    const report = formatReport(reportOf(HELD, await run(EMPTY))) as Record<string, unknown>;
    for (const changed of [{ more: 1 }, { slots: [] }, { time: "now" }, { bridge: {} }])
      expect(() => parseReport({ ...report, ...changed })).toThrow(refused("ceremony/form"));
    for (const value of ["file", undefined, [], { ...(formatRecord(EMPTY) as object), bridgeId: "0x00" }])
      expect(() => parseRecord(value)).toThrow(refused("ceremony/form"));
  });
});
