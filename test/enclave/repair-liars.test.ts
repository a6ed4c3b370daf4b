/** PROTOCOL 7a: who gives something wrong in a repair is named, whoever carries it. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { repairChallenge } from "@pdiem/bridge/handover/repair";
import { filled, ISSUER } from "@pdiem/bridge/testing/config";
import { sealBox } from "@pdiem/enclave/handover/box";
import { makeHandoverEnd } from "@pdiem/enclave/handover/handover-end";
import { addendsOf } from "@pdiem/enclave/repair/arithmetic";
import { channelOf } from "@pdiem/enclave/repair/box";
import { fromHex } from "@pdiem/light-client/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { evidenceOf } from "../holders/adversary.js";
import { type Actor, activate, CHALLENGE, createStage, refused, type Stage, simulatedAs } from "./handover-actors.js";
import { HELD, NAMES, PACKAGE, shareOf, startHolder } from "./held.js";
import {
  acceptRequestOf,
  type Helper,
  introduceAll,
  prepareRepair,
  type Split,
  splitAll,
  sumRequestOf,
} from "./repair-actors.js";

const LOST = 3;

let stage: Stage;
let helpers: readonly Helper[];
let receiver: Actor;
beforeEach(async () => {
  stage = createStage(HELD);
  helpers = await Promise.all([1, 2].map(async (slot) => ({ slot, actor: await startHolder(stage, slot) })));
  receiver = await stage.start(simulatedAs("c"));
});
afterEach(() => stage.clear());

const helperAt = (place: number): Helper => {
  const one = helpers[place];
  if (one === undefined) throw new RangeError("expected one of two helpers");
  return one;
};
const changed = <T>(list: readonly T[], place: number, change: (one: T) => T): readonly T[] =>
  list.map((one, i) => (i === place ? change(one) : one));

describe("a helper that lies is named", () => {
  const fault = expect.objectContaining({
    code: "refused/repair-fault",
    message: expect.stringContaining("slot 2 is at fault"),
  });

  it("by another helper, where its points don't add up to its part", async () => {
    const liar = await stage.start(simulatedAs(NAMES[1]), shareOf(1), { slot: 2, publicPackage: PACKAGE });
    await activate(liar, HELD);
    helpers = [helperAt(0), { slot: 2, actor: liar }];
    const prepared = await prepareRepair(helpers, receiver, LOST);
    const splits = await splitAll(prepared);
    const asked = helperAt(0).actor.ask("repairSum", sumRequestOf(prepared, splits, 0));
    await expect(asked).rejects.toThrow(fault);
  });

  /** A repair whose second helper is the host's own, of a broken TEE of its class. */
  const withOwnHelper = async () => {
    const end = makeHandoverEnd();
    const genuine = await introduceAll(helpers, receiver, LOST);
    const drawn = [genuine.receiver, ...genuine.helpers.map(({ party }) => party)].map(({ challenge }) => challenge);
    const subject = { bridgeId: bridgeId(HELD), custodyKey: ISSUER, challenge: repairChallenge(drawn) };
    const share = { slot: 2, publicPackage: PACKAGE };
    const reportData = holderReportData({ ...subject, handoverKey: end.publicKey, share });
    const { tee, evidence } = await evidenceOf(HELD, 2, reportData);
    const transcript = {
      ...genuine,
      helpers: changed(genuine.helpers, 1, (one) => ({
        ...one,
        party: { ...one.party, tee, evidence, handoverKey: end.publicKey },
      })),
    };
    const prepared = await prepareRepair(helpers, receiver, LOST, { transcript });
    const honest = await helperAt(0).actor.ask("repairSplit", prepared.request);
    const addends = addendsOf(transcript, 2, shareOf(2), prepared.hash);
    const points = addends.map(({ point }) => point);
    const channel = { end, transcript: prepared.hash, from: 2 };
    const theirs = transcript.helpers[0]?.party.handoverKey ?? CHALLENGE;
    /** What it gives the first helper for its addend. */
    const boxed = (scalar: Uint8Array, row: readonly Uint8Array[] = points): Split => ({
      points: row,
      boxes: [sealBox(channelOf({ ...channel, theirs, to: 1, rows: [row] }), scalar), new Uint8Array()],
    });
    const scalars = addends.map(({ scalar }) => scalar);
    return { prepared, transcript, honest, points, scalars, channel, boxed };
  };

  it("by another helper, where its addend doesn't fit its points, which may be none of the group's", async () => {
    const { prepared, honest, points, scalars, boxed } = await withOwnHelper();
    const [mine = CHALLENGE, kept = CHALLENGE] = scalars;
    const ask = (theirs: Split) => helperAt(0).actor.ask("repairSum", sumRequestOf(prepared, [honest, theirs], 0));
    const zero = new Uint8Array(32);
    const [first = CHALLENGE, second = CHALLENGE] = points;
    const identity = Uint8Array.of(1, ...new Uint8Array(31));
    const torsion = fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
    const notCanonical = fromHex(`f0${"ff".repeat(30)}7f`);
    const lies = [
      boxed(kept),
      boxed(zero),
      boxed(filled(32, 0xff)),
      boxed(mine, [first, first]),
      boxed(kept, [second, first]),
      ...[identity, torsion, notCanonical].flatMap((point) => [
        boxed(mine, [first, point]),
        boxed(mine, [point, second]),
      ]),
      boxed(zero, [identity, second]),
    ];
    for (const [i, lie] of lies.entries()) {
      // The same points in another order add up to the same: only the receiver's sums tell.
      if (i === 4) await ask(lie);
      else await expect(ask(lie)).rejects.toThrow(fault);
    }
    await ask(boxed(mine));
  });

  it("by the receiver, where its sum doesn't fit all points, and isn't where the host changed them", async () => {
    const { prepared, transcript, honest, scalars, channel, boxed } = await withOwnHelper();
    const [mine = CHALLENGE, kept = CHALLENGE] = scalars;
    const splits = [honest, boxed(mine)];
    const { box } = await helperAt(0).actor.ask("repairSum", sumRequestOf(prepared, splits, 0));
    const rows = splits.map(({ points }) => points);
    const to = { ...channel, theirs: transcript.receiver.handoverKey, to: LOST };
    const accept = (own: Uint8Array, shown = splits) =>
      receiver.ask("repairAccept", acceptRequestOf(prepared, shown, [box, own]));
    for (const wrong of [kept, filled(32, 0xff), new Uint8Array(32)])
      await expect(accept(sealBox(channelOf({ ...to, rows }), wrong))).rejects.toThrow(fault);
    const turned = splits.map((one) => ({ ...one, points: [...one.points].reverse() }));
    const forTurned = sealBox(channelOf({ ...to, rows: turned.map(({ points }) => points) }), kept);
    await expect(accept(forTurned, turned)).rejects.toThrow(refused("refused/repair-box"));
    expect((await receiver.ask("status", undefined)).role.type).toBe("receiver");
  });
});
