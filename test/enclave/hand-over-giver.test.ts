/** PROTOCOL 7: when the enclave that has the key keeps it to itself. */
import { copyFile } from "node:fs/promises";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import type { Action } from "@pdiem/bridge/governance/decision";
import { settledDecisionsJson } from "@pdiem/bridge-client/json/governance-json";
import { filled, HOUR } from "@pdiem/bridge/testing/config";
import { GUARDIAN_SEEDS, PAUSE, RESUME } from "@pdiem/bridge/testing/guardians";
import type { TranscriptJson } from "@pdiem/enclave/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prove } from "./evidence.js";
import {
  type Actor,
  activate,
  handoverConfig as config,
  createStage,
  type Decided,
  hashOf,
  hex,
  introduce,
  NOW,
  prepare,
  refused,
  release,
  type Stage,
  startGiver,
  worldOf,
} from "./handover-actors.js";

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

const stop = (worked: bigint): Decided => ({ action: PAUSE, worked });
const go = (worked: bigint): Decided => ({ action: RESUME, worked });

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
    await expect(release(giver, prepared)).rejects.toThrow(refused(code));
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
      await expect(release(giver, prepared, { evidence })).rejects.toThrow(refused("refused/asset-frozen"));
      prepared.world.parachain.setAsset(assetId, { status: "live" });
    }
    await release(giver, prepared, { evidence: prove(prepared.world, 9) });
  });

  it("facts that are stale: of chains apart, behind its light clients, of a former ledger, before the checkpoint", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { world } = prepared;
    world.diem.time = NOW - config.maxSkew - 1n;
    await expect(release(giver, prepared, { evidence: prove(world, 5) })).rejects.toThrow(refused("refused/skew"));
    world.setTime(NOW - 1n);
    await expect(release(giver, prepared, { evidence: prove(world, 6) })).rejects.toThrow(
      refused("refused/facts-older"),
    );
    world.setTime(NOW);
    world.diem.time = NOW - 1n;
    await expect(release(giver, prepared, { evidence: prove(world, 7) })).rejects.toThrow(
      refused("refused/facts-older"),
    );
    world.setTime(NOW);
    await release(giver, prepared, { evidence: prove(world, 8) });
    await expect(release(giver, prepared, { evidence: prove(world, 7) })).rejects.toThrow(
      refused("refused/behind-heads"),
    );
    const later = worldOf(config, { ...prepared.ledger, nonce: 2 });
    await expect(release(giver, prepared, { evidence: prove(later, 9) })).rejects.toThrow(
      refused("refused/not-in-force"),
    );
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
      await expect(release(giver, prepared, { nonce })).rejects.toThrow(refused("refused/handover-nonce"));
  });

  it("a checkpoint by too few guardians, of a time to come, or older than the one it goes by", async () => {
    const prepared = await prepare(config, giver, receiver);
    await expect(release(giver, prepared, { signers: GUARDIAN_SEEDS.slice(1) })).rejects.toThrow(
      refused("proof/guardian-threshold"),
    );
    await expect(release(giver, prepared, { time: NOW + config.maxSkew + 1n })).rejects.toThrow(
      refused("refused/checkpoint-early"),
    );
    const { checkpoint } = prepared.release({ time: NOW });
    await giver.ask("POST /v1/advance", { evidence: prepared.release().evidence });
    await giver.ask("POST /v1/checkpoint", { checkpoint });
    await expect(release(giver, prepared, { time: NOW - 1n })).rejects.toThrow(refused("refused/checkpoint-older"));
  });

  it("facts after the checkpoint's term, so that no keys of former validators get the key out", async () => {
    const prepared = await prepare(config, giver, receiver);
    await giver.ask("POST /v1/advance", { evidence: prepared.release().evidence });
    prepared.world.setTime(NOW + 14n * 24n * HOUR);
    await expect(release(giver, prepared, { evidence: prove(prepared.world, 9) })).rejects.toThrow(
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
      await expect(release(giver, prepared)).rejects.toThrow(refused("refused/handover-restarted"));
      const { handoverKey } = await activate(giver, config);
      const posed = { ...prepared.transcript, giver: { ...prepared.transcript.giver, handoverKey } };
      await expect(
        giver.ask("POST /v1/handover/release", { ...prepared.release(), transcript: posed }),
      ).rejects.toThrow(refused("refused/handover-challenge"));
      const anew = await prepare(config, giver, receiver, { height: 6 });
      await expect(release(giver, anew, { nonce: prepared.nonce })).rejects.toThrow(refused("refused/handover-nonce"));
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
      await expect(release(giver, prepared)).rejects.toThrow(refused("evidence/policy-report-data"));
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
    await expect(release(giver, posing)).rejects.toThrow(refused("evidence/policy-report-data"));
  });

  it("a receiver whose evidence answers another's challenge", async () => {
    const stranger = await startGiver(stage, config);
    const transcript = await introduce(stranger, receiver, config);
    const { handoverKey } = await activate(giver, config);
    const prepared = await prepare(config, giver, receiver, {
      transcript: { ...transcript, giver: { ...transcript.giver, handoverKey } },
    });
    await expect(release(giver, prepared)).rejects.toThrow(refused("refused/handover-challenge"));
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
    await expect(release(giver, prepared)).rejects.toThrow(refused("evidence/policy-measurements"));
  });
});
