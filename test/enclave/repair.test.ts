/** PROTOCOL 7a: a lost share, given to a new enclave by as many others as sign. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData, receiverReportData } from "@pdiem/bridge/custody/report-data";
import { handoverName } from "@pdiem/bridge/handover/grant";
import { type RepairSides, repairChallenge, repairHash } from "@pdiem/bridge/handover/repair";
import { filled, HOUR, ISSUER } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { evidenceOf } from "../holders/adversary.js";
import {
  type Actor,
  accept,
  activate,
  CHALLENGE,
  createStage,
  NOW,
  prepare,
  refused,
  release,
  type Stage,
  simulatedAs,
  vouch,
  worldOf,
} from "./handover-actors.js";
import { commit, HELD, PACKAGE, shareOf, signTogether, startHolder } from "./held.js";
import { settlement } from "./held-settlement.js";
import { prove } from "./proofs.js";
import {
  acceptRequestOf,
  type Helper,
  introduceAll,
  prepareRepair,
  type Split,
  splitAll,
  sumAll,
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

describe("a repair", () => {
  it("gives a new enclave the lost share, which signs on with the same key once a third is handed over and gone", async () => {
    const prepared = await prepareRepair(helpers, receiver, LOST, { vouchedAt: NOW - 1n });
    const splits = await splitAll(prepared);
    const boxes = await sumAll(prepared, splits);
    const holder = await receiver.ask("repairAccept", acceptRequestOf(prepared, splits, boxes));
    expect(holder).toMatchObject({ custodyKey: ISSUER, share: { slot: LOST, publicPackage: PACKAGE } });
    receiver = await receiver.restart();
    expect((await activate(receiver, HELD)).holder).toEqual(holder);

    const [one, two] = [helperAt(0).actor, await stage.start(simulatedAs("b"))];
    const given = await prepare(HELD, helperAt(1).actor, two, { height: 6 });
    await accept(two, given, (await release(helperAt(1).actor, given)).box);
    const { request, toSign } = settlement(7);
    for (const pair of [
      [two, 2, receiver, LOST],
      [one, 1, receiver, LOST],
    ] as const) {
      const signers = [...(await commit(pair[0], pair[1])), ...(await commit(pair[2], pair[3]))];
      const { extrinsic } = await signTogether(
        signers,
        toSign,
        async ({ actor }, session) => (await actor.ask("settle", request([session]))).share,
      );
      expect(extrinsicSigner(extrinsic)).toEqual(ISSUER);
    }
  });

  it("splits the same way whenever asked, after a restart too, and another way for another transcript", async () => {
    const transcript = await introduceAll(helpers, receiver, LOST);
    const prepared = await prepareRepair(helpers, receiver, LOST, { transcript, vouchedAt: NOW - 2n });
    const [splits, again] = [await splitAll(prepared), await splitAll(prepared)];
    expect(again.map(({ points }) => points)).toEqual(splits.map(({ points }) => points));
    expect(again[0]?.boxes[1]).not.toEqual(splits[0]?.boxes[1]);

    const { actor } = helperAt(0);
    const restarted = await actor.restart();
    await activate(restarted, HELD);
    await expect(restarted.ask("repairSplit", prepared.request)).rejects.toThrow(refused("refused/checkpoint-nonces"));
    helpers = [{ slot: 1, actor: restarted }, helperAt(1)];
    const vouched = await prepareRepair(helpers, receiver, LOST, { transcript, height: 6, vouchedAt: NOW - 1n });
    expect((await splitAll(vouched)).map(({ points }) => points)).toEqual(splits.map(({ points }) => points));
    const boxes = await sumAll(vouched, splits);

    const other = await prepareRepair(helpers, receiver, LOST, { height: 7 });
    const others = await splitAll(other);
    for (const [i, { points }] of others.entries()) expect(points).not.toEqual(splits[i]?.points);
    await expect(receiver.ask("repairAccept", acceptRequestOf(other, others, boxes))).rejects.toThrow(
      refused("refused/repair-box"),
    );
    receiver = await receiver.restart();
    const { custodyKey, grant } = transcript;
    const share = { slot: grant.slot, publicPackage: PACKAGE };
    await receiver.ask("handoverReceive", { config: HELD, custodyKey, share, challenge: CHALLENGE });
    await receiver.ask("repairAccept", acceptRequestOf(vouched, splits, boxes));
  });

  it("tells no share and no part of one in any answer or log line", async () => {
    const prepared = await prepareRepair(helpers, receiver, LOST);
    const splits = await splitAll(prepared);
    const boxes = await sumAll(prepared, splits);
    await receiver.ask("repairAccept", acceptRequestOf(prepared, splits, boxes));
    const shown = [...splits.flatMap((one) => [...one.points, ...one.boxes]), ...boxes].map(toHex);
    for (const slot of [1, 2, 3])
      for (const text of [...shown, ...stage.events]) expect(text).not.toContain(toHex(shareOf(slot)).slice(0, 16));
    expect(stage.events.filter((line) => line.startsWith("repair-helped"))).toHaveLength(2);
  });
});

describe("a helper refuses", () => {
  it.each<[string, string, (transcript: RepairSides) => Partial<RepairSides>]>([
    ["a helper fewer than sign", "refused/repair-helpers", ({ helpers: all }) => ({ helpers: all.slice(0, 1) })],
    ["one slot twice", "refused/repair-helpers", ({ helpers: [one] }) => ({ helpers: one ? [one, one] : [] })],
    ["slots out of order", "refused/repair-helpers", ({ helpers: all }) => ({ helpers: [...all].reverse() })],
    [
      "a slot that there isn't",
      "refused/repair-helpers",
      ({ helpers: all }) => ({ helpers: changed(all, 1, (one) => ({ ...one, slot: 4 })) }),
    ],
    [
      "the lost slot among them",
      "refused/repair-helpers",
      ({ helpers: all }) => ({ helpers: changed(all, 1, (one) => ({ ...one, slot: LOST })) }),
    ],
    ["a repair without itself", "refused/repair-helpers", ({ helpers: all }) => ({ helpers: all.slice(1) })],
    ["another key", "refused/handover-custody-key", () => ({ custodyKey: filled(32, 1) })],
    [
      "another public package",
      "refused/handover-share",
      ({ grant }) => ({ grant: { ...grant, publicPackage: filled(32, 1) } }),
    ],
    [
      "another hand-over key than its own",
      "refused/handover-restarted",
      ({ helpers: all }) => ({
        helpers: changed(all, 0, (one) => ({ ...one, party: { ...one.party, handoverKey: filled(32, 1) } })),
      }),
    ],
    [
      "challenges without its own",
      "refused/handover-challenge",
      ({ helpers: all }) => ({
        helpers: changed(all, 0, (one) => ({ ...one, party: { ...one.party, challenge: filled(32, 1) } })),
      }),
    ],
    [
      "a receiver's machine that its evidence doesn't name",
      "refused/handover-platform",
      ({ grant }) => ({ grant: { ...grant, platform: filled(16, 1) } }),
    ],
    [
      "a helper's machine that its evidence doesn't name",
      "refused/handover-platform",
      ({ helpers: all }) => ({ helpers: changed(all, 1, (one) => ({ ...one, platform: filled(16, 1) })) }),
    ],
    [
      "evidence that answers other challenges: the receiver's",
      "evidence/policy-report-data",
      ({ receiver: own }) => ({ receiver: { ...own, challenge: filled(32, 1) } }),
    ],
    [
      "another hand-over key of the receiver than its evidence speaks for",
      "evidence/policy-report-data",
      ({ receiver: own }) => ({ receiver: { ...own, handoverKey: filled(32, 9) } }),
    ],
    [
      "another hand-over key of a helper than its evidence speaks for",
      "evidence/policy-report-data",
      ({ helpers: all }) => ({
        helpers: changed(all, 1, (one) => ({ ...one, party: { ...one.party, handoverKey: filled(32, 9) } })),
      }),
    ],
  ])("%s", async (_, code, change) => {
    const genuine = await introduceAll(helpers, receiver, LOST);
    const transcript = { ...genuine, ...change(genuine) };
    const prepared = await prepareRepair(helpers, receiver, LOST, { transcript });
    for (const route of ["repairSplit", "repairSum"] as const)
      await expect(helperAt(0).actor.ask(route, { ...prepared.request, rows: [], boxes: [] } as never)).rejects.toThrow(
        refused(code),
      );
  });

  it("a receiver or helper of another class, whatever its evidence speaks for", async () => {
    const genuine = await introduceAll(helpers, receiver, LOST);
    const drawn = [genuine.receiver, ...genuine.helpers.map(({ party }) => party)].map(({ challenge }) => challenge);
    const subject = { bridgeId: bridgeId(HELD), custodyKey: ISSUER, challenge: repairChallenge(drawn) };
    const asClass = async (slot: number, reportData: Uint8Array) => (await evidenceOf(HELD, slot, reportData)).evidence;
    const { handoverKey } = genuine.receiver;
    const lost = { slot: LOST, publicPackage: PACKAGE };
    const other = await asClass(1, receiverReportData({ ...subject, handoverKey, share: lost }));
    const right = await asClass(LOST, receiverReportData({ ...subject, handoverKey, share: lost }));
    const [, second] = genuine.helpers;
    if (second === undefined) throw new Error("expected a second helper");
    const theirs = { ...subject, handoverKey: second.party.handoverKey };
    const shown = async (slot: number, publicPackage = PACKAGE) => ({
      ...second,
      party: {
        ...second.party,
        evidence: await asClass(slot, holderReportData({ ...theirs, share: { slot: 2, publicPackage } })),
      },
    });
    const tries: readonly (readonly [RepairSides, string])[] = [
      [{ ...genuine, receiver: { ...genuine.receiver, evidence: other } }, "evidence/policy-measurements"],
      [{ ...genuine, helpers: [...genuine.helpers.slice(0, 1), await shown(3)] }, "evidence/policy-measurements"],
      [
        { ...genuine, helpers: [...genuine.helpers.slice(0, 1), await shown(2, { ...PACKAGE, roll: filled(32, 1) })] },
        "evidence/policy-report-data",
      ],
      [{ ...genuine, receiver: { ...genuine.receiver, evidence: right } }, "accepted"],
    ];
    for (const [i, [transcript, code]] of tries.entries()) {
      const vouchedAt = NOW - BigInt(tries.length - i);
      const prepared = await prepareRepair(helpers, receiver, LOST, { transcript, height: 5 + i, vouchedAt });
      const asked = helperAt(0).actor.ask("repairSplit", prepared.request);
      if (code === "accepted") await asked;
      else await expect(asked).rejects.toThrow(refused(code));
    }
  });

  it.each<[string, string, Parameters<typeof prepareRepair>[3]]>([
    ["without a decision", "refused/handover-undecided", { decided: () => ({}) }],
    ["while paused", "refused/paused", { decided: (name) => ({ handovers: [name], paused: true }) }],
    [
      "under measurements that the others' isn't of any more",
      "evidence/policy-kind",
      { decided: (name) => ({ handovers: [name], measurements: HELD.measurements.slice(0, 1) }) },
    ],
  ])("%s", async (_, code, options) => {
    const prepared = await prepareRepair(helpers, receiver, LOST, options);
    await expect(helperAt(0).actor.ask("repairSplit", prepared.request)).rejects.toThrow(refused(code));
  });

  it("a decision about the transcript that names another slot, package or machine", async () => {
    const transcript = await introduceAll(helpers, receiver, LOST);
    const hash = repairHash(bridgeId(HELD), transcript);
    const { grant } = transcript;
    const others = [undefined, { ...grant, slot: 1 }, { ...grant, platform: filled(16, 1) }];
    for (const [i, other] of others.entries()) {
      const decided = () => ({ handovers: [handoverName(hash, other)] });
      const options = { transcript, decided, height: 5 + i, vouchedAt: NOW - BigInt(9 - i) };
      const prepared = await prepareRepair(helpers, receiver, LOST, options);
      await expect(helperAt(0).actor.ask("repairSplit", prepared.request)).rejects.toThrow(
        refused("refused/handover-undecided"),
      );
    }
  });

  it("before genesis, at a frozen block, and without a nonce of its own in the checkpoint", async () => {
    const prepared = await prepareRepair(helpers, receiver, LOST, { vouchedAt: NOW - 2n });
    const { actor } = helperAt(0);
    const ask = (change: Partial<typeof prepared.request>) =>
      actor.ask("repairSplit", { ...prepared.request, ...change });
    await expect(ask({ governed: undefined })).rejects.toThrow(refused("refused/handover-unsealed"));
    const { governed } = prepared.request;
    if (governed === undefined) throw new Error("expected a ledger");
    const world = worldOf(HELD, governed);
    world.parachain.setAsset(HELD.currencies[0]?.assetId ?? 0, { status: "frozen" });
    await expect(ask({ proofs: prove(world, 6) })).rejects.toThrow(refused("refused/asset-frozen"));
    world.setTime(NOW + 15n * 24n * HOUR);
    await expect(ask({ proofs: prove(world, 7) })).rejects.toThrow(refused("refused/checkpoint-lapsed"));
    const [first] = prepared.request.nonces;
    await expect(ask({ nonces: first === undefined ? [] : [first] })).rejects.toThrow(
      refused("refused/checkpoint-nonces"),
    );
    const { nonce } = await helperAt(1).actor.ask("handoverNonce", { transcript: prepared.hash });
    const proofs = prove(worldOf(HELD, governed), 8);
    await vouch(actor, HELD, proofs, governed, { nonces: [nonce], time: NOW - 1n });
    await expect(ask({ proofs, nonces: [nonce] })).rejects.toThrow(refused("refused/checkpoint-nonces"));
  });

  it("points or boxes that aren't what was given, and names nobody", async () => {
    const prepared = await prepareRepair(helpers, receiver, LOST);
    const splits = await splitAll(prepared);
    const { actor } = helperAt(0);
    const sum = (shown: readonly Split[], change: Partial<ReturnType<typeof sumRequestOf>> = {}) =>
      actor.ask("repairSum", { ...sumRequestOf(prepared, shown, 0), ...change });
    const swapped = splits.map(({ points, boxes }) => ({ boxes, points: [...points].reverse() }));
    await expect(sum(swapped)).rejects.toThrow(refused("refused/repair-rows"));
    const theirs = splits.map((one, i) => (i === 1 ? { ...one, points: [...one.points].reverse() } : one));
    await expect(sum(theirs)).rejects.toThrow(refused("refused/repair-box"));
    for (const rows of [
      [],
      splits.slice(0, 1).map(({ points }) => points),
      splits.map(({ points }) => points.slice(1)),
    ])
      await expect(sum(splits, { rows })).rejects.toThrow(refused("refused/repair-rows"));
    const [own, other] = splits;
    const mine = own?.boxes[1] ?? CHALLENGE;
    const boxFor = other?.boxes[0] ?? CHALLENGE;
    for (const box of [mine, new Uint8Array(), boxFor.with(20, (boxFor[20] ?? 0) ^ 1)])
      await expect(sum(splits, { boxes: [new Uint8Array(), box] })).rejects.toThrow(refused("refused/repair-box"));
    await sum(splits);
  });

  it("to help with a share of the wrong key, or none", async () => {
    const prepared = await prepareRepair(helpers, receiver, LOST);
    const whole = await stage.start(simulatedAs("a"));
    await expect(whole.ask("repairSplit", prepared.request)).rejects.toThrow(refused("refused/inactive"));
    await expect(receiver.ask("repairSplit", prepared.request)).rejects.toThrow(refused("refused/inactive"));
  });
});

describe("the receiver", () => {
  it("takes sums of this repair alone, all of them, each from its helper", async () => {
    const prepared = await prepareRepair(helpers, receiver, LOST);
    const splits = await splitAll(prepared);
    const boxes = await sumAll(prepared, splits);
    const request = acceptRequestOf(prepared, splits, boxes);
    const ask = (change: Partial<typeof request>) => receiver.ask("repairAccept", { ...request, ...change });
    await expect(ask({ boxes: [...boxes].reverse() })).rejects.toThrow(refused("refused/repair-box"));
    await expect(ask({ boxes: boxes.slice(1) })).rejects.toThrow(refused("refused/repair-rows"));
    await expect(ask({ rows: [...request.rows].reverse() })).rejects.toThrow(refused("refused/repair-box"));
    await expect(ask({ governed: undefined })).rejects.toThrow(refused("refused/before-genesis"));
    const { transcript } = prepared;
    const grant = { ...transcript.grant, slot: 1 };
    await expect(ask({ transcript: { ...transcript, grant } })).rejects.toThrow(refused("refused/handover-share"));
    const reversed = { ...transcript, helpers: [...transcript.helpers].reverse() };
    await expect(ask({ transcript: reversed })).rejects.toThrow(refused("refused/repair-helpers"));
    const own = { ...transcript.receiver, handoverKey: filled(32, 1) };
    await expect(ask({ transcript: { ...transcript, receiver: own } })).rejects.toThrow(
      refused("refused/handover-restarted"),
    );
    await ask({});
    await expect(ask({})).rejects.toThrow(refused("refused/not-receiving"));
  });

  it("takes no share while it isn't proven that the key is custody's", async () => {
    const prepared = await prepareRepair(helpers, receiver, LOST);
    const splits = await splitAll(prepared);
    const request = acceptRequestOf(prepared, splits, await sumAll(prepared, splits));
    const world = worldOf(HELD, prepared.request.governed ?? (undefined as never));
    world.diem.custody = { account: { authenticationKey: filled(32, 1) } };
    await expect(receiver.ask("repairAccept", { ...request, proofs: prove(world, 8) })).rejects.toThrow(
      refused("refused/custody-key"),
    );
  });
});
