/** PROTOCOL 7 before genesis: the key's second holder, without whom some configurations let no bridge begin. */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { filled, ISSUER } from "@pdiem/bridge/testing/config";
import { exampleLedger, type World } from "@pdiem/bridge/testing/world";
import type { Api, Hex, Party, TranscriptJson } from "@pdiem/enclave/api";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prove } from "./evidence.js";
import {
  type Actor,
  activate,
  basisOf,
  createStage,
  handoverConfig,
  hashOf,
  hex,
  introduce,
  NOW,
  refused,
  type Stage,
  worldOf,
} from "./handover-actors.js";

const config: BridgeConfig = { ...handoverConfig, secondHolder: true };

let stage: Stage;
let maker: Actor;
let second: Actor;
let key: Uint8Array;
beforeEach(async () => {
  stage = createStage(config);
  maker = await stage.start();
  second = await stage.start();
  key = fromHex((await activate(maker, config)).custodyKey);
});
afterEach(() => stage.clear());

/** All that genesis demands, in the hands of a key that has signed nothing yet. */
const worldFor = (owner: Uint8Array): World => {
  const world = worldOf(config, exampleLedger);
  world.parachain.storage.clear();
  for (const { assetId } of config.currencies)
    world.parachain.setAsset(assetId, { owner, issuer: owner, admin: owner });
  world.parachain.setAccount(owner, { nonce: 0 });
  world.diem.custody = { account: { authenticationKey: ed25519AuthenticationKey(owner) } };
  return world;
};

interface Ready {
  readonly transcript: TranscriptJson;
  readonly basis: Api["POST /v1/handover/release"]["request"];
}

const ready = async (height = 5, world = worldFor(key)): Promise<Ready> => {
  const transcript = await introduce(maker, second, config);
  const { nonce } = await maker.ask("POST /v1/handover/nonce", { transcript: hex(hashOf(config, transcript)) });
  const basis = basisOf(config, transcript, { evidence: prove(world, height), nonce, collateral: { kind: "none" } });
  return { transcript, basis };
};

/** The second holder has the key. What its evidence has to answer. */
const handOver = async (): Promise<Hex> => {
  const { basis } = await ready();
  const { box, receiptChallenge } = await maker.ask("POST /v1/handover/release", basis);
  await second.ask("POST /v1/handover/accept", { ...basis, box });
  return receiptChallenge;
};

const receiptOf = async (holder: Actor, challenge: Hex): Promise<Party> => {
  const { tee, handoverKey, evidence } = await activate(holder, config, challenge);
  return { tee, handoverKey, challenge, evidence };
};

const show = (holder: Party, world = worldFor(key), height = 6) =>
  maker.ask("POST /v1/handover/receipt", {
    holder,
    evidence: formatEvidence(prove(world, height)),
    collateral: { kind: "none" },
  });

const genesis = (actor: Actor, height = 7) =>
  actor.ask("POST /v1/genesis", {
    profile: STATEMINE_900.name,
    evidence: formatEvidence(prove(worldFor(key), height)),
  });

describe("a bridge that asks for a second holder", () => {
  it("begins once the process that made the key was shown one's receipt, which it keeps", async () => {
    await expect(genesis(maker, 4)).rejects.toThrow(refused("refused/second-holder"));
    const challenge = await handOver();
    await expect(genesis(maker, 5)).rejects.toThrow(refused("refused/second-holder"));
    const holder = await receiptOf(second, challenge);
    const { receipt } = await show(holder);
    expect(receipt).toBe(hex(sha256(fromHex(holder.evidence))));
    const signed = await genesis(maker);
    maker = await maker.restart();
    await activate(maker, config);
    expect(await genesis(maker)).toEqual(signed);
  });

  it("doesn't begin by the second holder, nor after the receipt was rolled back", async () => {
    await handOver();
    await expect(genesis(second)).rejects.toThrow(refused("refused/second-holder"));
    maker = await maker.restart();
    await activate(maker, config);
    await expect(genesis(maker)).rejects.toThrow(refused("refused/second-holder"));
  });

  it("takes nobody's evidence for the second holder's: not the maker's, a copy's, or a receiver's without the key", async () => {
    const challenge = await handOver();
    const own = await receiptOf(maker, challenge);
    await expect(show(own)).rejects.toThrow(refused("refused/handover-receipt"));
    const holder = await receiptOf(second, challenge);
    for (const change of [{ handoverKey: own.handoverKey }, { challenge: own.handoverKey }])
      await expect(show({ ...holder, ...change })).rejects.toThrow(refused("refused/handover-receipt"));
    await expect(show({ ...holder, evidence: own.evidence })).rejects.toThrow(refused("evidence/policy-report-data"));
    await expect(genesis(maker)).rejects.toThrow(refused("refused/second-holder"));
  });

  it("takes no receipt of a release by another process", async () => {
    const challenge = await handOver();
    const holder = await receiptOf(second, challenge);
    maker = await maker.restart();
    await activate(maker, config);
    await expect(show(holder)).rejects.toThrow(refused("refused/handover-receipt"));
  });

  it("takes no receipt any more once the issuer has signed", async () => {
    const challenge = await handOver();
    const world = worldFor(key);
    world.parachain.setAccount(key, { nonce: 1 });
    await expect(show(await receiptOf(second, challenge), world)).rejects.toThrow(refused("refused/handover-begun"));
  });
});

it("a bridge that asks for no second holder begins without", async () => {
  const alone = { ...config, secondHolder: false };
  const actor = await stage.start();
  const owner = fromHex((await activate(actor, alone)).custodyKey);
  const evidence = formatEvidence(prove(worldFor(owner), 5));
  expect(await actor.ask("POST /v1/genesis", { profile: STATEMINE_900.name, evidence })).toMatchObject({ nonce: 0 });
});

describe("before genesis the key leaves", () => {
  it("no process that unsealed it or was given it", async () => {
    maker = await maker.restart();
    await activate(maker, config);
    const { basis } = await ready();
    await expect(maker.ask("POST /v1/handover/release", basis)).rejects.toThrow(refused("refused/handover-unsealed"));
  });

  it("no second holder for a third one", async () => {
    await handOver();
    [maker, second] = [second, await stage.start()];
    const { basis } = await ready(6);
    await expect(maker.ask("POST /v1/handover/release", basis)).rejects.toThrow(refused("refused/handover-unsealed"));
  });

  it("nobody once the issuer has signed, for then guardians must have decided", async () => {
    const world = worldFor(key);
    world.parachain.setAccount(key, { nonce: 1 });
    const { basis } = await ready(5, world);
    await expect(maker.ask("POST /v1/handover/release", basis)).rejects.toThrow(refused("refused/handover-begun"));
    await expect(second.ask("POST /v1/handover/accept", { ...basis, box: hex(filled(60, 1)) })).rejects.toThrow(
      refused("refused/handover-begun"),
    );
  });

  it("for a second holder also while the issuer's account isn't there yet", async () => {
    const { basis } = await ready(5, worldFor(ISSUER));
    const { box } = await maker.ask("POST /v1/handover/release", basis);
    expect((await second.ask("POST /v1/handover/accept", { ...basis, box })).custodyKey).toBe(hex(key));
  });

  it("nobody without a checkpoint that answers the process: old facts don't do", async () => {
    const { basis, transcript } = await ready();
    const { checkpoint } = basisOf(config, transcript, {
      evidence: prove(worldFor(key), 5),
      nonce: hex(filled(32, 1)),
      collateral: { kind: "none" },
    });
    const ask = (body: object) => maker.ask("POST /v1/handover/release", { ...basis, ...body });
    await expect(ask({ checkpoint })).rejects.toThrow(refused("refused/handover-nonce"));
    const world = worldFor(key);
    world.setTime(NOW - 1n);
    await expect(ask({ evidence: formatEvidence(prove(world, 6)) })).rejects.toThrow(refused("refused/facts-older"));
  });

  it("no process but for a measurement of the configuration", async () => {
    const other = { ...config, measurements: [{ tee: "simulated", value: filled(32, 3) }] };
    maker = await stage.start();
    second = await stage.start();
    key = fromHex((await activate(maker, other)).custodyKey);
    const transcript = await introduce(maker, second, other);
    const { nonce } = await maker.ask("POST /v1/handover/nonce", { transcript: hex(hashOf(other, transcript)) });
    const world = worldFor(key);
    const basis = basisOf(other, transcript, { evidence: prove(world, 5), nonce, collateral: { kind: "none" } });
    expect(toHex(bridgeId(other))).not.toBe(toHex(bridgeId(config)));
    await expect(maker.ask("POST /v1/handover/release", basis)).rejects.toThrow(
      refused("evidence/policy-measurements"),
    );
  });
});
