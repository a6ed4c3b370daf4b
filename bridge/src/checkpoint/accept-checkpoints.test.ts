import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import type { Guardians } from "../config/guardians.js";
import type { SignedDecision } from "../governance/signed-decision.js";
import { checkpointIn, vouchFor } from "../testing/checkpoints.js";
import { exampleConfig, filled, HOUR } from "../testing/config.js";
import { decided, PAUSE, QUORUM_SEEDS, sign, UNGOVERNED } from "../testing/guardians.js";
import { ownSets, provenBy } from "../testing/own-sets.js";
import { createWorld } from "../testing/world.js";
import { acceptCheckpoints } from "./accept-checkpoints.js";
import type { Checkpoint } from "./checkpoint.js";
import { type KeptCheckpoint, NO_CHECKPOINT } from "./kept-checkpoint.js";
import type { CheckpointStep } from "./signed-checkpoint.js";

const DAY = 24n * HOUR;
const { guardians, rootsTime } = exampleConfig;
const GENUINE = { keys: guardians.keys, threshold: guardians.threshold };

interface Generation {
  readonly seeds: readonly Uint8Array[];
  readonly guardians: Guardians;
  readonly signers: Checkpoint["signers"][number];
}
const generation = (byte: number): Generation => {
  const seeds = [filled(32, byte), filled(32, byte + 1)];
  const signers = { keys: seeds.map(publicKeyOf), threshold: 2 };
  return { seeds, signers, guardians: { ...signers, freezer: filled(32, byte) } };
};
const NEXT = generation(0x20);
const LATER = generation(0x30);
const THIEF = generation(0x70);
const FIRST: Generation = { seeds: QUORUM_SEEDS, guardians, signers: GENUINE };

/**
 * A decision of a change of guardians, as the journal shows it, whether or not it ever came into
 * force.
 */
const change = (from: Generation, to: Generation): SignedDecision =>
  sign(decided(UNGOVERNED, { type: "guardians", value: to.guardians }), [...from.seeds, ...to.seeds]);

const time = (day: number): bigint => rootsTime + BigInt(day) * DAY;
const step = (
  day: number,
  by: Generation,
  given: Partial<Checkpoint> = {},
  decision?: SignedDecision,
): CheckpointStep => ({
  signed: vouchFor(checkpointIn(5n, 8n, time(day), { signers: [by.signers], ...given }), by.seeds),
  decision,
});
const keptOf = ({ signed }: CheckpointStep): KeptCheckpoint => ({ checkpoint: signed, changes: [] });

const OWN = ownSets(5n, 8n, { epochs: [4n], sets: [7n] });
interface Point {
  readonly day?: number;
  readonly who?: Generation;
  readonly specVersion?: number;
  readonly setId?: bigint | undefined;
  readonly own?: typeof OWN;
}
const at = ({ day = 100, who = FIRST, specVersion = 900, own = OWN, ...signers }: Point) => {
  const world = createWorld();
  world.parachain.time = time(day);
  world.parachain.specVersion = specVersion;
  return { ...provenBy(own, world.parachain.facts(), signers), guardians: who.guardians };
};
const accept = (list: readonly CheckpointStep[], point: Point = {}, kept: KeptCheckpoint = NO_CHECKPOINT) =>
  acceptCheckpoints(exampleConfig, kept, list, at(point));
const refused = (...given: Parameters<typeof accept>) => outcome(() => accept(...given));

describe("PROTOCOL 6: a checkpoint", () => {
  it("is kept where those have signed it whom the one before names, at first the configuration's guardians", () => {
    const one = step(1, FIRST);
    expect(accept([one])).toEqual(keptOf(one));
    expect(refused([step(1, THIEF)])).toBe("proof/unknown-guardian");
    const alone = { ...FIRST, seeds: FIRST.seeds.slice(0, 1) };
    expect(refused([step(1, alone)])).toBe("proof/guardian-threshold");
    const named = keptOf(step(1, FIRST, { signers: [NEXT.signers] }));
    expect(refused([step(2, FIRST)], {}, named)).toBe("proof/guardian-threshold");
    expect(accept([step(2, NEXT)], { who: NEXT }, named).checkpoint?.checkpoint.time).toBe(time(2));
  });

  it("is later than the one before, and of no earlier sets", () => {
    expect(refused([step(0, FIRST)])).toBe("refused/checkpoint-older");
    expect(refused([step(2, FIRST), step(2, FIRST, { specVersions: [900, 901] })])).toBe("refused/checkpoint-older");
    expect(refused([step(2, FIRST), step(1, FIRST)])).toBe("refused/checkpoint-older");
    expect(refused([step(1, FIRST)], {}, keptOf(step(2, FIRST)))).toBe("refused/checkpoint-older");
    const { diem, relay } = checkpointIn(4n, 7n, 1n);
    for (const older of [{ diem }, { relay }])
      expect(refused([step(1, FIRST), step(2, FIRST, older)])).toBe("refused/checkpoint-falling");
    expect(refused([step(1, FIRST, { relay: { ...relay, setId: 2n } })])).toBe("refused/checkpoint-falling");
  });

  it("that is kept already changes nothing, and what another relayer has shown is passed over", () => {
    const [one, two, three] = [1, 2, 3].map((day) => step(day, FIRST));
    if (one === undefined || two === undefined || three === undefined) throw new Error("expected three");
    const kept = accept([one, two]);
    expect(accept([one, two], {}, kept)).toBe(kept);
    expect(accept([], {}, kept)).toBe(kept);
    expect(accept([one, two, three], {}, kept)).toEqual(keptOf(three));
  });

  it("is of no later time than the block at which the guardians are found", () => {
    expect(refused([step(3, FIRST)], { day: 2 })).toBe("refused/checkpoint-early");
    expect(refused([step(3, FIRST)], { day: 3 })).toBe("accepted");
  });

  it("is of sets of the own chains", () => {
    expect(refused([step(1, FIRST)], { own: ownSets(4n, 8n) })).toBe("refused/checkpoint-sets");
    expect(refused([step(1, FIRST, { relay: { setId: 8n, hash: filled(32, 1) } })])).toBe("refused/checkpoint-sets");
    expect(refused([step(1, FIRST)], { own: ownSets(6n, 9n, { epochs: [5n], sets: [8n] }) })).toBe("accepted");
  });

  it("isn't taken by a block that its own sets don't vouch for, or of a runtime that it doesn't name", () => {
    expect(refused([step(1, FIRST)], { setId: 7n })).toBe("refused/before-checkpoint");
    expect(refused([step(1, FIRST)], { setId: undefined })).toBe("refused/before-checkpoint");
    expect(refused([step(1, FIRST)], { specVersion: 901 })).toBe("refused/spec-version");
    expect(refused([step(1, FIRST, { specVersions: [900, 901] })], { specVersion: 901 })).toBe("accepted");
  });
});

describe("PROTOCOL 6: changes of guardians", () => {
  const toNext = change(FIRST, NEXT);

  it("go on where a checkpoint names those to come", () => {
    const named = step(1, FIRST, { signers: [GENUINE, NEXT.signers] });
    expect(accept([named], { who: FIRST }).checkpoint).toEqual(named.signed);
    expect(accept([named, step(2, NEXT)], { who: NEXT }).checkpoint?.checkpoint.time).toBe(time(2));
  });

  it("go on by the decision that brought them, signed by both", () => {
    expect(accept([step(1, NEXT, {}, toNext)], { who: NEXT }).checkpoint?.checkpoint.time).toBe(time(1));
    const later = [step(1, NEXT, {}, toNext), step(2, LATER, {}, change(NEXT, LATER))];
    expect(accept(later, { who: LATER }).checkpoint?.checkpoint.time).toBe(time(2));
  });

  it("don't by a decision of others, of one side alone, or about something else", () => {
    const decision = decided(UNGOVERNED, { type: "guardians", value: NEXT.guardians });
    const by = (signed: SignedDecision) => refused([step(1, NEXT, {}, signed)], { who: NEXT });
    expect(by(sign(decision, FIRST.seeds))).toBe("proof/succession");
    expect(by(sign(decision, NEXT.seeds))).toBe("proof/succession");
    expect(by(change(THIEF, NEXT))).toBe("proof/unknown-guardian");
    expect(by(sign(decided(UNGOVERNED, PAUSE)))).toBe("proof/succession");
    expect(by(sign(decision, [...FIRST.seeds, ...NEXT.seeds], filled(32, 1)))).toBe("proof/guardian-signature");
  });

  it("are told to the journal: the newest eight checkpoints at which signers changed", () => {
    const named = step(1, FIRST, { signers: [GENUINE, NEXT.signers] });
    const list = [named, step(2, FIRST, { signers: [GENUINE, NEXT.signers] }), step(3, NEXT), step(4, NEXT)];
    expect(accept(list, { who: NEXT }).changes).toEqual([named.signed, list[2]?.signed]);
    const back = Array.from({ length: 12 }, (_, i) =>
      step(i + 1, FIRST, { signers: i % 2 === 0 ? [GENUINE, NEXT.signers] : [GENUINE] }),
    );
    const kept = accept(back.slice(0, 6));
    expect(kept.changes).toHaveLength(6);
    expect(accept(back, {}, kept).changes).toEqual(back.slice(-8).map(({ signed }) => signed));
  });
});

/** What the audit of the first edition found, asserted the other way round. */
describe("regressions: whoever isn't guardian makes no checkpoint", () => {
  it("by a change that was cancelled: the last must be by, and name first, the guardians in force", () => {
    const cancelled = change(FIRST, THIEF);
    expect(refused([step(1, THIEF, {}, cancelled)])).toBe("refused/former-guardians");
    const naming = step(1, THIEF, { signers: [GENUINE] }, cancelled);
    expect(refused([naming])).toBe("refused/former-guardians");
    // Nor by coming in between: what is kept is the guardians' own.
    const kept = accept([naming, step(2, FIRST)]);
    expect(kept.checkpoint).toEqual(step(2, FIRST).signed);
    expect(refused([step(3, THIEF, {}, cancelled)], {}, kept)).toBe("refused/former-guardians");
  });

  it("as former guardians, or as successors whom those name", () => {
    const kept = accept([step(1, NEXT, {}, change(FIRST, NEXT))], { who: NEXT });
    expect(refused([step(2, FIRST)], { who: NEXT }, kept)).toBe("proof/unknown-guardian");
    expect(refused([step(2, THIEF, {}, change(FIRST, THIEF))], { who: NEXT }, kept)).toBe("proof/unknown-guardian");
    // From the roots on, as of a rolled-back enclave.
    expect(refused([step(2, FIRST)], { who: NEXT })).toBe("refused/former-guardians");
    expect(refused([step(2, THIEF, {}, change(FIRST, THIEF))], { who: NEXT })).toBe("refused/former-guardians");
  });

  it("as guardians in force whom nobody brought: the configuration's word leads to them, or nothing", () => {
    expect(refused([step(1, NEXT)], { who: NEXT })).toBe("proof/guardian-threshold");
    const both = { ...NEXT, seeds: [...FIRST.seeds, ...NEXT.seeds] };
    expect(refused([step(1, both)], { who: NEXT })).toBe("accepted");
  });

  it("by naming others first", () => {
    expect(refused([step(1, FIRST, { signers: [THIEF.signers, GENUINE] })])).toBe("refused/former-guardians");
    expect(refused([step(1, FIRST, { signers: [] })])).toBe("refused/former-guardians");
    expect(refused([step(1, FIRST, { signers: [{ ...GENUINE, threshold: 1 }] })])).toBe("refused/former-guardians");
  });

  it("by a set that anyone may sign for", () => {
    const open = { keys: [], threshold: 0 };
    const kept = keptOf(step(1, FIRST, { signers: [GENUINE, open] }));
    const unsigned = { ...step(2, FIRST), signed: vouchFor(checkpointIn(5n, 8n, time(2)), []) };
    expect(refused([unsigned], {}, kept)).toBe("proof/guardian-threshold");
  });
});
