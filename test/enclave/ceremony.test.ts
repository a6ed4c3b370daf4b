/** PROTOCOL 7a: three enclaves make a key together, whoever carries what they say. */
import { readFile } from "node:fs/promises";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { batchToSign } from "@pdiem/bridge/custody/signing";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { rollReportData } from "@pdiem/bridge/holders/report-data";
import { rollOf } from "@pdiem/bridge/holders/roll";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { filled } from "@pdiem/bridge/testing/config";
import type { RequestOf } from "@pdiem/enclave/routes";
import { initialSets } from "@pdiem/enclave/state/kept";
import { concat, fromHex, toHex } from "@pdiem/light-client/bytes";
import { extrinsicHash, extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Actor, activate, CHALLENGE, createStage, refused, type Stage, simulatedAs } from "./handover-actors.js";
import {
  beginAll,
  boxAll,
  commit,
  EARLY,
  enrolAll,
  finishAll,
  genesisWorld,
  HELD,
  NAMES,
  receiptsOf,
  signTogether,
  startThree,
} from "./held.js";
import { prove } from "./proofs.js";
import { ENCODING } from "./requests.js";

let stage: Stage;
let actors: readonly Actor[];
beforeEach(async () => {
  stage = createStage(HELD);
  actors = await startThree(stage);
});
afterEach(() => stage.clear());

const actorOf = (slot: number): Actor => {
  const actor = actors[slot - 1];
  if (actor === undefined) throw new RangeError("expected one of three slots");
  return actor;
};
const replaced = <T>(list: readonly T[], slot: number, change: (one: T) => T): readonly T[] =>
  list.map((one, i) => (i + 1 === slot ? change(one) : one));
const roleOf = async (slot: number) => (await actorOf(slot).ask("status", undefined)).role.type;

/** All shares are made and sealed. */
const makeKey = async () => {
  const parts = await beginAll(actors);
  const members = await enrolAll(actors, parts);
  const holders = await finishAll(actors, await boxAll(actors, members));
  return { parts, members, holders, roll: rollOf(bridgeId(HELD), parts) };
};

const genesisRequest = (key: Uint8Array, sessions: RequestOf<"genesis">["sessions"] = []): RequestOf<"genesis"> => ({
  encoding: ENCODING,
  proofs: prove(genesisWorld(key), 7),
  sessions,
});

describe("a ceremony", () => {
  it("makes one key that each has a share of, and begins the bridge under everybody's receipts", async () => {
    const { holders, roll } = await makeKey();
    const [first] = holders;
    const publicPackage = first?.share?.publicPackage;
    if (first === undefined || publicPackage === undefined) throw new Error("expected a share");
    const { custodyKey } = first;
    expect(publicPackage).toMatchObject({ roll, groupKey: custodyKey });
    for (const [i, holder] of holders.entries())
      expect(holder).toMatchObject({ custodyKey, share: { slot: i + 1, publicPackage } });

    const proofs = prove(genesisWorld(custodyKey), 6);
    const signers = (await Promise.all([1, 3].map((slot) => commit(actorOf(slot), slot)))).flat();
    const { facts } = verifyFacts(HELD, initialSets(HELD), genesisRequest(custodyKey).proofs);
    const batch = settleGenesis(HELD, custodyKey, facts);
    const toSign = batchToSign(HELD, custodyKey, ENCODING, facts.parachain, batch);
    const sign = () =>
      signTogether(
        signers,
        toSign,
        async ({ actor }, session) => (await actor.ask("genesis", genesisRequest(custodyKey, [session]))).share,
        publicPackage,
      );
    await expect(sign()).rejects.toThrow(refused("refused/ceremony-receipts"));
    const members = await receiptsOf(actors, roll);
    const receipts = await Promise.all(actors.map((actor) => actor.ask("ceremonyReceipts", { members, proofs })));
    expect(new Set(receipts.map(({ receipt }) => toHex(receipt))).size).toBe(1);
    const { extrinsic, hash } = await sign();
    expect(extrinsicSigner(extrinsic)).toEqual(custodyKey);
    expect(extrinsicHash(extrinsic)).toEqual(hash);
  });

  it("gives the same answers to the same questions, whoever asks how often", async () => {
    const parts = await beginAll(actors);
    expect(await beginAll(actors)).toEqual(parts);
    const members = await enrolAll(actors, parts);
    expect(await enrolAll(actors, parts)).toEqual(members);
    await boxAll(actors, members);
    const boxes = await boxAll(actors, members);
    const holders = await finishAll(actors, boxes);
    expect(new Set(holders.map(({ custodyKey }) => toHex(custodyKey))).size).toBe(1);
    const role = (await actorOf(1).ask("status", undefined)).role;
    expect(role).toEqual({ type: "holder", value: holders[0] });
  });

  it("leaves holders whose evidence speaks for slot and public package", async () => {
    const { holders } = await makeKey();
    const { holder, attestation } = await activate(actorOf(2), HELD);
    expect(holder).toEqual(holders[1]);
    const { share } = holder;
    if (share === undefined) throw new Error("expected a share");
    expect(attestation.reportData).toEqual(holderReportData({ ...holder, challenge: CHALLENGE }));
  });

  it("tells of a participant while it lasts, which signs nothing and makes no key of its own", async () => {
    const parts = await beginAll(actors);
    await enrolAll(actors, parts);
    const { role } = await actorOf(2).ask("status", undefined);
    expect(role).toMatchObject({
      type: "participant",
      value: { slot: 2, handoverKey: parts[1]?.handoverKey, roll: rollOf(bridgeId(HELD), parts) },
    });
    await expect(activate(actorOf(2), HELD)).rejects.toThrow(refused("refused/in-ceremony"));
    await expect(actorOf(2).ask("commit", { count: 1 })).rejects.toThrow(refused("refused/inactive"));
    await expect(actorOf(2).ask("genesis", genesisRequest(filled(32, 1)))).rejects.toThrow(refused("refused/inactive"));
    expect((await actorOf(2).ask("advance", { proofs: EARLY })).lightClients.diem.epoch).toBe(1n);
  });

  it("is the only way to a key under holders", async () => {
    await expect(activate(actorOf(1), HELD)).rejects.toThrow(refused("refused/ceremony-needed"));
    const receive = actorOf(1).ask("handoverReceive", {
      config: HELD,
      custodyKey: filled(32, 1),
      share: undefined,
      challenge: CHALLENGE,
    });
    await expect(receive).rejects.toThrow(refused("refused/handover-share"));
  });
});

describe("taking part", () => {
  const begin = (slot: number, config = HELD, actor = actorOf(1)) => actor.ask("ceremonyBegin", { config, slot });

  it("is for a slot of the enclave's own class, and for one", async () => {
    for (const slot of [0, 4]) await expect(begin(slot)).rejects.toThrow(refused("refused/ceremony-slot"));
    await expect(begin(2)).rejects.toThrow(refused("refused/ceremony-class"));
    const stranger = await stage.start(simulatedAs("d"));
    await expect(begin(1, HELD, stranger)).rejects.toThrow(refused("refused/ceremony-class"));
    await begin(1);
    await expect(begin(2)).rejects.toThrow(refused("refused/ceremony-slot"));
    await expect(begin(1, { ...HELD, maxSkew: HELD.maxSkew + 1n })).rejects.toThrow(
      refused("sealed/other-configuration"),
    );
    await expect(begin(1, { ...HELD, holders: undefined }, await stage.start(simulatedAs("a")))).rejects.toThrow(
      refused("refused/holders"),
    );
  });

  it("is for who can seal, and has sealed nothing yet", async () => {
    const forgetful = await stage.start({ ...simulatedAs("a"), memoryOnly: true });
    await expect(begin(1, HELD, forgetful)).rejects.toThrow(refused("sealed/memory-only"));
    await makeKey();
    await expect(begin(1)).rejects.toThrow(refused("refused/active"));
    await expect(begin(1, HELD, await actorOf(1).restart())).rejects.toThrow(refused("sealed/exists"));
  });
});

describe("a roll", () => {
  type Parts = RequestOf<"ceremonyRoll">["parts"];
  type Part = Parts[number];
  const show = (parts: Parts, slot = 1) => actorOf(slot).ask("ceremonyRoll", { parts });

  it.each<[string, (parts: Parts) => Parts]>([
    ["one part fewer", (parts) => parts.slice(0, 2)],
    ["one part more", (parts) => [...parts, ...parts.slice(0, 1)]],
    ["its own part changed", (parts) => replaced(parts, 1, (one) => ({ ...one, challenge: filled(32, 1) }))],
    ["another's part in its place", (parts) => [...parts.slice(1, 2), ...parts.slice(0, 1), ...parts.slice(2)]],
    [
      "two hand-over keys alike",
      (parts) => replaced(parts, 2, (one) => ({ ...one, handoverKey: parts[2]?.handoverKey ?? one.handoverKey })),
    ],
    [
      "a commitment more",
      (parts) =>
        replaced(parts, 2, (one) => ({ ...one, commitments: [...one.commitments, ...one.commitments.slice(1)] })),
    ],
    ["a commitment fewer", (parts) => replaced(parts, 2, (one) => ({ ...one, commitments: one.commitments.slice(1) }))],
  ])("is refused with %s", async (_, change) => {
    const parts = await beginAll(actors);
    await expect(show(change(parts))).rejects.toThrow(refused("refused/ceremony-parts"));
    await show(parts);
  });

  const IDENTITY = concat(Uint8Array.of(1), new Uint8Array(31));
  // Of order 8, alone and with a point of prime order; y of p + 3.
  const TORSION = fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  const NOT_CANONICAL = fromHex(`f0${"ff".repeat(30)}7f`);

  it.each<[string, (part: Part) => Part]>([
    ...[IDENTITY, TORSION, NOT_CANONICAL].flatMap((point): [string, (part: Part) => Part][] =>
      [0, 1].map((at) => [
        `commitment ${at} of ${toHex(point).slice(0, 4)}`,
        (part) => ({ ...part, commitments: part.commitments.map((one, i) => (i === at ? point : one)) }),
      ]),
    ),
    ["another proof of knowledge", (part) => ({ ...part, proof: concat(part.proof.subarray(0, 32), filled(32, 1)) })],
  ])("ends without a share for anybody with %s", async (_, change) => {
    const parts = replaced(await beginAll(actors), 2, change);
    for (const slot of [1, 3]) await show(parts, slot);
    const shown = await Promise.all([1, 3].map(async (slot) => (await show(parts, slot)).attestation));
    const [first, third] = shown.map(({ tee, evidence }) => ({ tee, evidence, collateral: { kind: "none" } as const }));
    if (first === undefined || third === undefined) throw new Error("expected evidence");
    // Whoever made that part can have any evidence that a simulated process can.
    const text = Buffer.from(first.evidence).toString("utf8");
    const own = JSON.parse(text);
    const reportData = `${toHex(rollReportData(bridgeId(HELD), 2, rollOf(bridgeId(HELD), parts)))}${"00".repeat(32)}`;
    const measurement = toHex(HELD.measurements[1]?.value ?? filled(32, 0));
    const second = { ...first, evidence: Buffer.from(JSON.stringify({ ...own, measurement, reportData })) };
    const asked = actorOf(1).ask("ceremonyBoxes", { members: [first, second, third], proofs: EARLY });
    await expect(asked).rejects.toThrow(refused("refused/ceremony-parts"));
  });

  it("is answered for once: nobody has two accepted, whatever others are told", async () => {
    const parts = await beginAll(actors);
    const others = replaced(parts, 3, (one) => ({ ...one, challenge: filled(32, 1) }));
    await show(parts);
    await show(others, 2);
    await expect(show(others)).rejects.toThrow(refused("refused/ceremony-other-roll"));
    await expect(show(parts, 2)).rejects.toThrow(refused("refused/ceremony-other-roll"));
    const members = await Promise.all(
      [() => show(parts), () => show(others, 2), () => show(parts, 3)].map(async (ask) => {
        const { tee, evidence } = (await ask()).attestation;
        return { tee, evidence, collateral: { kind: "none" } as const };
      }),
    );
    for (const slot of [1, 2, 3])
      await expect(actorOf(slot).ask("ceremonyBoxes", { members, proofs: EARLY })).rejects.toThrow(
        refused("evidence/policy-report-data"),
      );
  });
});

describe("what is given", () => {
  it("is given only once all evidence over this roll is shown, each of its slot's class", async () => {
    const parts = await beginAll(actors);
    await expect(actorOf(1).ask("ceremonyBoxes", { members: [], proofs: EARLY })).rejects.toThrow(
      refused("refused/ceremony-no-roll"),
    );
    const members = await enrolAll(actors, parts);
    const ask = (shown: typeof members) => actorOf(1).ask("ceremonyBoxes", { members: shown, proofs: EARLY });
    await expect(ask(members.slice(0, 2))).rejects.toThrow(refused("refused/ceremony-members"));
    const [first, second, third] = members;
    if (first === undefined || second === undefined || third === undefined) throw new Error("expected three");
    await expect(ask([first, third, second])).rejects.toThrow(refused("evidence/policy-measurements"));
    await expect(ask([first, second, second])).rejects.toThrow(refused("evidence/policy-measurements"));
    await expect(actorOf(1).ask("ceremonyFinish", { boxes: [] })).rejects.toThrow(refused("refused/ceremony-boxes"));
  });

  it("opens for its receiver alone, from its sender, in this ceremony, and ends it where it doesn't", async () => {
    const parts = await beginAll(actors);
    const boxes = await boxAll(actors, await enrolAll(actors, parts));
    const [mine = []] = boxes;
    const [fromTwo, fromThree] = mine;
    if (fromTwo === undefined || fromThree === undefined) throw new Error("expected two boxes");
    const finish = (given: typeof mine) => actorOf(1).ask("ceremonyFinish", { boxes: given });
    for (const given of [[], [fromTwo], [fromThree, fromTwo], [fromTwo, fromTwo]])
      await expect(finish(given)).rejects.toThrow(refused("refused/ceremony-boxes"));
    expect(await roleOf(1)).toBe("participant");
    const swapped = [
      { slot: 2, box: fromThree.box },
      { slot: 3, box: fromTwo.box },
    ];
    await expect(finish(swapped)).rejects.toThrow(refused("refused/ceremony-box"));
    expect(await roleOf(1)).toBe("empty");
    await expect(finish([fromTwo, fromThree])).rejects.toThrow(refused("refused/not-in-ceremony"));
  });

  it("isn't taken before the receiver has verified the others itself", async () => {
    const parts = await beginAll(actors);
    const members = await enrolAll(actors, parts);
    const others = await Promise.all(
      [2, 3].map(async (slot) => ({
        slot,
        box: (await actorOf(slot).ask("ceremonyBoxes", { members, proofs: EARLY })).boxes.find((one) => one.slot === 1)
          ?.box,
      })),
    );
    const boxes = others.flatMap(({ slot, box }) => (box === undefined ? [] : [{ slot, box }]));
    await expect(actorOf(1).ask("ceremonyFinish", { boxes })).rejects.toThrow(refused("refused/ceremony-unverified"));
    expect(await roleOf(1)).toBe("participant");
  });

  it("is of no use in another ceremony: a restart of one begins all anew", async () => {
    const parts = await beginAll(actors);
    const members = await enrolAll(actors, parts);
    const old = await boxAll(actors, members);
    actors = await Promise.all(actors.map((actor, i) => (i === 0 ? actor.restart() : actor)));
    expect(await roleOf(1)).toBe("empty");
    const again = await beginAll(actors);
    expect(again[0]).not.toEqual(parts[0]);
    expect(again.slice(1)).toEqual(parts.slice(1));
    await expect(enrolAll(actors, parts)).rejects.toThrow(refused("refused/ceremony-parts"));
    await expect(enrolAll(actors, again)).rejects.toThrow(refused("refused/ceremony-other-roll"));
    await expect(actorOf(1).ask("ceremonyFinish", { boxes: old[0] ?? [] })).rejects.toThrow();
  });
});

describe("before genesis", () => {
  it("nobody signs who didn't make its share in this very process", async () => {
    const { holders, roll } = await makeKey();
    const key = holders[0]?.custodyKey ?? filled(32, 0);
    const proofs = prove(genesisWorld(key), 6);
    const members = await receiptsOf(actors, roll);
    await actorOf(1).ask("ceremonyReceipts", { members, proofs });
    const restarted = await actorOf(1).restart();
    await activate(restarted, HELD);
    await expect(restarted.ask("genesis", genesisRequest(key))).rejects.toThrow(refused("refused/ceremony-restarted"));
    await expect(restarted.ask("ceremonyReceipts", { members, proofs })).rejects.toThrow(
      refused("refused/ceremony-restarted"),
    );
    expect((await readFile(actorOf(1).sealed)).length).toBeGreaterThan(0);
  });

  it("receipts are of all slots, of the roll's processes, and answer the roll", async () => {
    const { holders, roll, members: early } = await makeKey();
    const key = holders[0]?.custodyKey ?? filled(32, 0);
    const show = (members: typeof early, world = genesisWorld(key)) =>
      actorOf(1).ask("ceremonyReceipts", { members, proofs: prove(world, 6) });
    const members = await receiptsOf(actors, roll);
    await expect(show(members.slice(0, 2))).rejects.toThrow(refused("refused/ceremony-members"));
    await expect(show(early)).rejects.toThrow(refused("evidence/policy-report-data"));
    await expect(show(await receiptsOf(actors, CHALLENGE))).rejects.toThrow(refused("evidence/policy-report-data"));
    const begun = genesisWorld(key);
    begun.parachain.setAccount(key, { nonce: 1 });
    await expect(show(members, begun)).rejects.toThrow(refused("refused/begun"));
    await show(members);
  });
});

it("names kinds of simulated enclaves as the tests do", () => expect(HELD.holders?.slots).toEqual(NAMES));
