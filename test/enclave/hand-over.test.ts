/** PROTOCOL 7: the key leaves its enclave for another attested one alone, which guardians chose. */
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { type BridgeConfig, bridgeId, formatBridgeConfig } from "@pdiem/bridge/config";
import { formatEvidence } from "@pdiem/bridge/evidence";
import type { Action } from "@pdiem/bridge/guardians/decision";
import { settledDecisionsJson } from "@pdiem/bridge/guardians/json";
import { formatItems } from "@pdiem/bridge/items";
import { holderReportData } from "@pdiem/bridge/report-data";
import { ENCLAVE_SEED, filled, HOUR, ISSUER } from "@pdiem/bridge/testing/config";
import { GUARDIAN_SEEDS, PAUSE, RESUME } from "@pdiem/bridge/testing/guardians";
import { paymentOf } from "@pdiem/bridge/testing/world";
import type { TranscriptJson } from "@pdiem/enclave/api";
import { sealBox } from "@pdiem/enclave/handover/box";
import { makeHandoverKey } from "@pdiem/enclave/handover-key";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";
import { fromHex, utf8 } from "@pdiem/light-client/bytes";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/chain-profile";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prove } from "./evidence.js";
import {
  type Actor,
  activate,
  handoverConfig as config,
  createStage,
  type Decided,
  handover,
  hashOf,
  hex,
  introduce,
  NOW,
  type Prepared,
  prepare,
  SIMULATED,
  type Stage,
  startGiver,
  worldOf,
} from "./handover-actors.js";
import { itemsOf } from "./requests.js";

const DELAY = config.decisionDelay;

let stage: Stage;
let giver: Actor;
let receiver: Actor;
beforeEach(async () => {
  stage = createStage(config);
  giver = await startGiver(stage, config);
  receiver = await stage.start();
});
afterEach(() => stage.clear());

const refused = (code: unknown) => expect.objectContaining({ code });

const release = (prepared: Prepared, change?: Parameters<Prepared["release"]>[0], by: Actor = giver) =>
  by.ask("POST /v1/handover/release", prepared.release(change));

const accept = (
  prepared: Prepared,
  box: Parameters<Prepared["accept"]>[0],
  change?: Parameters<Prepared["accept"]>[1],
  by: Actor = receiver,
) => by.ask("POST /v1/handover/accept", prepared.accept(box, change));

const stop = (worked: bigint): Decided => ({ action: PAUSE, worked });
const go = (worked: bigint): Decided => ({ action: RESUME, worked });

const invitationOf = ({
  transcript: {
    custodyKey,
    receiver: { challenge },
  },
}: Prepared) => ({
  config: formatBridgeConfig(config),
  custodyKey,
  challenge,
});

/** The JSON text with one digit of its hex another one. */
const withDigit = (text: string, at: number, by: number): string => {
  const digits = [...text.matchAll(/"0x([0-9a-f]+)"/g)].flatMap(({ index, 1: found = "" }) =>
    Array.from(found, (_, i) => index + 3 + i),
  );
  const place = digits[at % digits.length] ?? 0;
  const digit = (Number.parseInt(text.charAt(place), 16) + by) % 16;
  return text.slice(0, place) + digit.toString(16) + text.slice(place + 1);
};

const headsOf = async (waiting: Actor): Promise<unknown> =>
  (await waiting.ask("GET /v1/status", undefined)).receiving?.heads;

const isSealed = async ({ sealed }: Actor): Promise<boolean> =>
  readFile(sealed).then(
    () => true,
    () => false,
  );

describe("a hand-over that guardians decided", () => {
  it("gives the receiver the key, after which both sign the same, and each goes on after a restart", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(prepared);
    const accepted = await accept(prepared, box);
    expect(accepted.custodyKey).toBe(hex(ISSUER));
    expect(accepted.handoverKey).toBe(prepared.transcript.receiver.handoverKey);
    prepared.world.diem.received.push(paymentOf({}));
    const { ledger, decisions } = prepared.release();
    const request = {
      ledger: ledger ?? "0x",
      decisions: decisions ?? "0x",
      profile: STATEMINE_900.name,
      evidence: formatEvidence(prove(prepared.world, 6)),
      items: formatItems(itemsOf(0)),
    };
    const signed = await giver.ask("POST /v1/settle", request);
    expect(await receiver.ask("POST /v1/settle", request)).toEqual(signed);
    for (const actor of [giver, receiver]) {
      const restarted = await actor.restart();
      expect((await activate(restarted, config)).custodyKey).toBe(hex(ISSUER));
      expect(await restarted.ask("POST /v1/settle", request)).toEqual(signed);
    }
  });

  it("may be asked for again, which tells nobody else anything, and is accepted once", async () => {
    const prepared = await prepare(config, giver, receiver);
    const [first, second] = [await release(prepared), await release(prepared)];
    expect(second.box).not.toBe(first.box);
    await accept(prepared, second.box);
    await expect(accept(prepared, first.box)).rejects.toThrow(refused("refused/not-receiving"));
    await expect(introduce(giver, receiver, config)).rejects.toThrow(refused("refused/active"));
  });

  it("is one of several that are in force, each for its own receiver", async () => {
    const other = await stage.start();
    const others = await introduce(giver, other, config);
    const prepared = await prepare(config, giver, receiver, {
      before: [{ action: handover(hashOf(config, others)), worked: 0n }],
    });
    const theirs = await prepare(config, giver, other, {
      transcript: others,
      height: 6,
      before: [{ action: handover(prepared.hash), worked: 0n }],
    });
    await accept(prepared, (await release(prepared)).box);
    await accept(theirs, (await release(theirs)).box, {}, other);
  });

  it("keeps the secret key out of answers and logs", async () => {
    const prepared = await prepare(config, giver, receiver);
    const released = await release(prepared);
    const accepted = await accept(prepared, released.box);
    for (const text of [JSON.stringify([released, accepted]), stage.events.join()])
      expect(text).not.toContain("eeeeeeeeee");
    expect(stage.events.filter((line) => /^key-(released|received)/.test(line))).toHaveLength(2);
  });

  it("goes on from the checkpoint that it came under", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { checkpoint } = await accept(prepared, (await release(prepared)).box);
    expect(checkpoint).toBe(prepared.release().checkpoint);
  });
});

describe("the giver refuses", () => {
  it.each<[string, string, readonly Decided[], readonly Decided[], bigint]>([
    ["while its delay is running", "refused/handover-delayed", [], [], DELAY - 1n],
    ["after a pause has cancelled it", "refused/handover-undecided", [], [stop(1n), go(2n)], DELAY],
    [
      "after a pause that came once it was in force",
      "refused/handover-undecided",
      [],
      [stop(DELAY), go(DELAY + 1n)],
      2n * DELAY,
    ],
    ["while paused", "refused/paused", [], [stop(DELAY)], 2n * DELAY],
  ])("%s", async (_, code, before, after, worked) => {
    const prepared = await prepare(config, giver, receiver, { before, after, worked });
    await expect(release(prepared)).rejects.toThrow(refused(code));
  });

  it("without a decision about this very transcript", async () => {
    const prepared = await prepare(config, giver, receiver);
    const another = await introduce(giver, receiver, config);
    const { nonce } = await giver.ask("POST /v1/handover/nonce", { transcript: hex(hashOf(config, another)) });
    const request = { ...prepared.release({ nonce }), transcript: another };
    await expect(giver.ask("POST /v1/handover/release", request)).rejects.toThrow(
      refused("refused/handover-undecided"),
    );
  });

  it("at a block where any asset is frozen", async () => {
    const prepared = await prepare(config, giver, receiver);
    for (const [height, { assetId }] of config.currencies.entries()) {
      prepared.world.parachain.setAsset(assetId, { status: "frozen" });
      const evidence = prove(prepared.world, 5 + height);
      await expect(release(prepared, { evidence })).rejects.toThrow(refused("refused/asset-frozen"));
      prepared.world.parachain.setAsset(assetId, { status: "live" });
    }
    await release(prepared, { evidence: prove(prepared.world, 9) });
  });

  it("facts that are stale: of chains apart, behind its light clients, of a former ledger, before the checkpoint", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { world } = prepared;
    world.diem.time = NOW - config.maxSkew - 1n;
    await expect(release(prepared, { evidence: prove(world, 5) })).rejects.toThrow(refused("refused/skew"));
    world.setTime(NOW - 1n);
    await expect(release(prepared, { evidence: prove(world, 6) })).rejects.toThrow(refused("refused/facts-older"));
    world.setTime(NOW);
    world.diem.time = NOW - 1n;
    await expect(release(prepared, { evidence: prove(world, 7) })).rejects.toThrow(refused("refused/facts-older"));
    world.setTime(NOW);
    await release(prepared, { evidence: prove(world, 8) });
    await expect(release(prepared, { evidence: prove(world, 7) })).rejects.toThrow(refused("refused/behind-heads"));
    const later = worldOf(config, { ...prepared.ledger, nonce: 2 });
    await expect(release(prepared, { evidence: prove(later, 9) })).rejects.toThrow(refused("refused/not-in-force"));
  });

  it("a ledger or decisions left out, or told otherwise than they are", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { ledger: _, decisions: __, ...bare } = prepared.release();
    const ask = (body: object) => giver.ask("POST /v1/handover/release", { ...prepared.release(), ...body });
    await expect(giver.ask("POST /v1/handover/release", bare)).rejects.toThrow(refused("refused/handover-unsealed"));
    const { ledger = "0x" } = prepared.release();
    await expect(giver.ask("POST /v1/handover/release", { ...bare, ledger })).rejects.toThrow(refused("decode/json"));
    const none = settledDecisionsJson.format([]);
    await expect(ask({ decisions: none })).rejects.toThrow(refused("refused/decisions"));
  });

  it("a checkpoint without a nonce, or with one that wasn't drawn by this process for this hand-over", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { nonce: elsewhere } = await giver.ask("POST /v1/handover/nonce", { transcript: hex(filled(32, 1)) });
    const stranger = await startGiver(stage, config);
    const foreign = await stranger.ask("POST /v1/handover/nonce", { transcript: hex(prepared.hash) });
    for (const nonce of [
      undefined,
      elsewhere,
      foreign.nonce,
      prepared.transcript.receiver.challenge,
      hex(filled(32, 0)),
    ])
      await expect(release(prepared, { nonce })).rejects.toThrow(refused("refused/handover-nonce"));
  });

  it("a checkpoint by too few guardians, of a time to come, or older than the one it goes by", async () => {
    const prepared = await prepare(config, giver, receiver);
    await expect(release(prepared, { signers: GUARDIAN_SEEDS.slice(1) })).rejects.toThrow(
      refused("proof/guardian-threshold"),
    );
    await expect(release(prepared, { time: NOW + config.maxSkew + 1n })).rejects.toThrow(
      refused("refused/checkpoint-early"),
    );
    const { checkpoint } = prepared.release({ time: NOW });
    await giver.ask("POST /v1/advance", { evidence: prepared.release().evidence });
    await giver.ask("POST /v1/checkpoint", { checkpoint });
    await expect(release(prepared, { time: NOW - 1n })).rejects.toThrow(refused("refused/checkpoint-older"));
  });

  it("facts after the checkpoint's term, so that no keys of former validators get the key out", async () => {
    const prepared = await prepare(config, giver, receiver);
    await giver.ask("POST /v1/advance", { evidence: prepared.release().evidence });
    prepared.world.setTime(NOW + 14n * 24n * HOUR);
    await expect(release(prepared, { evidence: prove(prepared.world, 9) })).rejects.toThrow(
      refused("refused/checkpoint-lapsed"),
    );
  });

  it("once it was restarted or rolled back: its keys, challenges and nonces are another process's", async () => {
    const copy = `${giver.sealed}.copy`;
    await copyFile(giver.sealed, copy);
    const prepared = await prepare(config, giver, receiver);
    await giver.ask("POST /v1/advance", { evidence: prepared.release().evidence });
    for (const rollBack of [false, true]) {
      if (rollBack) await copyFile(copy, giver.sealed);
      giver = await giver.restart();
      await activate(giver, config);
      await expect(release(prepared)).rejects.toThrow(refused("refused/handover-restarted"));
      const { handoverKey } = await activate(giver, config);
      const posed = { ...prepared.transcript, giver: { ...prepared.transcript.giver, handoverKey } };
      await expect(
        giver.ask("POST /v1/handover/release", { ...prepared.release(), transcript: posed }),
      ).rejects.toThrow(refused("refused/handover-challenge"));
      const anew = await prepare(config, giver, receiver, { height: 6 });
      await expect(release(anew, { nonce: prepared.nonce })).rejects.toThrow(refused("refused/handover-nonce"));
    }
  });

  it("a transcript that names another key, or a receiver's key of small order", async () => {
    const prepared = await prepare(config, giver, receiver);
    const ask = (change: Partial<TranscriptJson>) =>
      giver.ask("POST /v1/handover/release", {
        ...prepared.release(),
        transcript: { ...prepared.transcript, ...change },
      });
    await expect(ask({ custodyKey: hex(filled(32, 1)) })).rejects.toThrow(refused("refused/handover-custody-key"));
    const weak = { ...prepared.transcript.receiver, handoverKey: hex(filled(32, 0)) };
    await expect(ask({ receiver: weak })).rejects.toThrow(refused("refused/handover-nonce"));
  });

  it("a receiver whose evidence was made for another bridge, another key, or as a holder's", async () => {
    const { custodyKey, giver: self, receiver: shown } = await introduce(giver, receiver, config);
    const other: BridgeConfig = { ...config, maxSkew: config.maxSkew + 1n };
    const { challenge } = shown;
    for (const [i, change] of [
      { config: formatBridgeConfig(other), custodyKey },
      { config: formatBridgeConfig(config), custodyKey: hex(filled(32, 1)) },
    ].entries()) {
      const { evidence } = await receiver.ask("POST /v1/handover/receive", { challenge, ...change });
      const prepared = await prepare(config, giver, receiver, {
        transcript: { custodyKey, giver: self, receiver: { ...shown, evidence } },
        height: 5 + i,
      });
      await expect(release(prepared)).rejects.toThrow(refused("evidence/policy-report-data"));
    }
    const holder = await activate(giver, config, challenge);
    const posing = await prepare(config, giver, receiver, {
      transcript: {
        custodyKey,
        giver: self,
        receiver: { ...shown, handoverKey: holder.handoverKey, evidence: holder.evidence },
      },
      height: 9,
    });
    await expect(release(posing)).rejects.toThrow(refused("evidence/policy-report-data"));
  });

  it("a receiver whose evidence answers another's challenge", async () => {
    const stranger = await startGiver(stage, config);
    const transcript = await introduce(stranger, receiver, config);
    const { handoverKey } = await activate(giver, config);
    const prepared = await prepare(config, giver, receiver, {
      transcript: { ...transcript, giver: { ...transcript.giver, handoverKey } },
    });
    await expect(release(prepared)).rejects.toThrow(refused("refused/handover-challenge"));
  });

  it("a receiver of a measurement that guardians have retired", async () => {
    const successor = { tee: "simulated", value: filled(32, 5) };
    const [own] = config.measurements;
    if (own === undefined) throw new Error("expected a measurement");
    const rule = (measurement: typeof own, isAllowed: boolean): Action => ({
      type: "measurement",
      value: { measurement, isAllowed },
    });
    const before = [
      { action: rule(successor, true), worked: 0n },
      { action: rule(own, false), worked: 0n },
    ];
    const prepared = await prepare(config, giver, receiver, { before });
    await expect(release(prepared)).rejects.toThrow(refused("evidence/policy-measurements"));
  });
});

describe("the receiver", () => {
  it("follows both chains and checkpoints before it holds a key, and keeps what it was proven where it refuses", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { evidence, checkpoint } = prepared.release();
    const { heads } = await receiver.ask("POST /v1/advance", { evidence });
    expect(heads).toMatchObject({ diem: { version: "5" } });
    expect(await receiver.ask("POST /v1/checkpoint", { checkpoint })).toEqual({ checkpoint });
    const newer = prove(prepared.world, 6);
    await expect(accept(prepared, hex(filled(60, 1)), { evidence: newer })).rejects.toThrow(
      refused("refused/handover-box"),
    );
    expect(await headsOf(receiver)).toMatchObject({ diem: { version: "6" } });
    await introduce(giver, receiver, config);
    expect(await headsOf(receiver)).toMatchObject({ diem: { version: "6" } });
  });
});

describe("the receiver refuses", () => {
  it("where its data folder holds any sealed file, which stays as it is, before and at the end", async () => {
    const sealed = await startGiver(stage, config);
    const before = await readFile(sealed.sealed);
    const restarted = await sealed.restart();
    await expect(introduce(giver, restarted, config)).rejects.toThrow(refused("sealed/exists"));
    expect((await readFile(sealed.sealed)).equals(before)).toBe(true);

    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(prepared);
    await writeFile(receiver.sealed, "somebody's");
    await expect(accept(prepared, box)).rejects.toThrow(refused("sealed/exists"));
    expect(await readFile(receiver.sealed, "utf8")).toBe("somebody's");
  });

  it("to make a key of its own while it waits for one", async () => {
    await introduce(giver, receiver, config);
    await expect(activate(receiver, config)).rejects.toThrow(refused("refused/receiving"));
    expect(await isSealed(receiver)).toBe(false);
    expect(await headsOf(receiver)).toMatchObject({ diem: { version: "0" } });
    await expect(receiver.ask("POST /v1/handover/challenge", {})).rejects.toThrow(refused("refused/inactive"));
  });

  it("a box of another hand-over or for another process", async () => {
    const prepared = await prepare(config, giver, receiver);
    const other = await stage.start();
    const theirs = await prepare(config, giver, other, { height: 6 });
    const [own, { box }] = [await release(prepared), await release(theirs)];
    await expect(accept(prepared, box)).rejects.toThrow(refused("refused/handover-box"));
    await expect(accept(theirs, box)).rejects.toThrow(refused("refused/handover-restarted"));
    const again = await prepare(config, giver, receiver, { height: 7 });
    await expect(accept(again, box)).rejects.toThrow(refused("refused/handover-box"));
    receiver = await receiver.restart();
    await receiver.ask("POST /v1/handover/receive", invitationOf(prepared));
    await expect(accept(prepared, own.box)).rejects.toThrow(refused("refused/handover-restarted"));
    expect(await isSealed(receiver)).toBe(false);
  });

  it("a giver whose evidence isn't a holder's, or answers another's challenge", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(prepared);
    const { transcript } = prepared;
    const ask = (change: Partial<TranscriptJson["giver"]>) =>
      receiver.ask("POST /v1/handover/accept", {
        ...prepared.accept(box),
        transcript: { ...transcript, giver: { ...transcript.giver, ...change } },
      });
    const { evidence } = transcript.receiver;
    await expect(ask({ evidence })).rejects.toThrow(refused("evidence/policy-report-data"));
    await expect(ask({ evidence: hex(utf8("{}")) })).rejects.toThrow(refused("evidence/format-simulated"));
    const { challenge } = transcript.receiver;
    await expect(ask({ challenge })).rejects.toThrow(refused("refused/handover-challenge"));
    expect(await isSealed(receiver)).toBe(false);
  });

  it("a key that isn't proven to be custody's and the issuer's", async () => {
    const impostor = await stage.start(SIMULATED, filled(32, 0x1d));
    await activate(impostor, config);
    const prepared = await prepare(config, impostor, receiver);
    await expect(release(prepared, {}, impostor)).rejects.toThrow(refused("refused/not-in-force"));
    await expect(accept(prepared, hex(filled(60, 1)))).rejects.toThrow(refused("refused/not-in-force"));
    const own = await prepare(config, giver, receiver);
    own.world.diem.custody = { account: { authenticationKey: filled(32, 1) } };
    const evidence = prove(own.world, 8);
    await expect(release(own, { evidence })).rejects.toThrow(refused("refused/custody-key"));
    await expect(accept(own, hex(filled(60, 1)), { evidence })).rejects.toThrow(refused("refused/custody-key"));
  });

  it("another key than the transcript's, from a giver whose evidence is in order", async () => {
    const { transcript } = await prepare(config, giver, receiver);
    const process = makeHandoverKey();
    const { challenge } = transcript.giver;
    const speaksFor = holderReportData({
      bridgeId: bridgeId(config),
      custodyKey: fromHex(transcript.custodyKey),
      handoverKey: process.publicKey,
      challenge: fromHex(challenge),
    });
    const { bytes } = await simulatedTee("").evidence(speaksFor);
    const liar = { tee: "simulated", handoverKey: hex(process.publicKey), challenge, evidence: hex(bytes) };
    const prepared = await prepare(config, giver, receiver, { transcript: { ...transcript, giver: liar } });
    const channel = {
      own: process.privateKey,
      theirs: fromHex(transcript.receiver.handoverKey),
      transcript: prepared.hash,
    };
    await expect(accept(prepared, hex(sealBox(channel, filled(32, 1))))).rejects.toThrow(
      refused("refused/handover-other-key"),
    );
    expect(await isSealed(receiver)).toBe(false);
    expect(await accept(prepared, hex(sealBox(channel, ENCLAVE_SEED)))).toMatchObject({ custodyKey: hex(ISSUER) });
  });

  it("under no checkpoint, and at stale facts", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(prepared);
    await expect(accept(prepared, box, { signers: [] })).rejects.toThrow(refused("proof/guardian-threshold"));
    prepared.world.setTime(NOW - 1n);
    await expect(accept(prepared, box, { evidence: prove(prepared.world, 6) })).rejects.toThrow(
      refused("refused/facts-older"),
    );
    prepared.world.setTime(NOW);
    await accept(prepared, box, { evidence: prove(prepared.world, 7) });
  });

  it("what was released with any of it changed, and writes nothing", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(prepared);
    const genuine = prepared.accept(box);
    const parts = ["box", "checkpoint", "transcript", "ledger", "decisions"] as const;
    const change = fc.record({ part: fc.constantFrom(...parts), at: fc.nat(), by: fc.integer({ min: 1, max: 15 }) });
    await fc.assert(
      fc.asyncProperty(change, async ({ part, at, by }) => {
        const body = JSON.parse(JSON.stringify(genuine));
        body[part] = JSON.parse(withDigit(JSON.stringify(genuine[part]), at, by));
        await expect(receiver.ask("POST /v1/handover/accept", body)).rejects.toThrow(
          refused(expect.stringMatching(/^(refused|proof|evidence|decode)\//)),
        );
        expect(await isSealed(receiver)).toBe(false);
      }),
      { numRuns: 300 },
    );
    await accept(prepared, box);
  });
});
