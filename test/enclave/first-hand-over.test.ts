/**
 * PROTOCOL 7 before genesis: the key's second holder, without whom some configurations let no
 * bridge begin.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { filled, ISSUER } from "@pdiem/bridge/testing/config";
import { exampleLedger, type World } from "@pdiem/bridge/testing/world";
import type { RequestOf } from "@pdiem/enclave/routes";
import type { Sides } from "@pdiem/enclave/wire/handover";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Actor,
  activate,
  createStage,
  handoverConfig,
  hashOf,
  introduce,
  NOW,
  refused,
  type Stage,
  vouch,
  worldOf,
} from "./handover-actors.js";
import { prove } from "./proofs.js";
import { ENCODING } from "./requests.js";

const config: BridgeConfig = { ...handoverConfig, secondHolder: true };
const collateral = { kind: "none" } as const;

let stage: Stage;
let maker: Actor;
let second: Actor;
let key: Uint8Array;
beforeEach(async () => {
  stage = createStage(config);
  maker = await stage.start();
  second = await stage.start();
  key = (await activate(maker, config)).holder.custodyKey;
});
afterEach(() => stage.clear());

/** All that genesis demands, in the hands of a key that has signed nothing yet. */
const worldFor = (owner: Uint8Array): World => {
  const world = worldOf(config, { ledger: exampleLedger });
  world.parachain.storage.clear();
  for (const { assetId } of config.currencies)
    world.parachain.setAsset(assetId, { owner, issuer: owner, admin: owner });
  world.parachain.setAccount(owner, { nonce: 0 });
  world.diem.custody = { account: { authenticationKey: ed25519AuthenticationKey(owner) } };
  return world;
};

interface Ready {
  readonly transcript: Sides;
  readonly release: RequestOf<"handoverRelease">;
  readonly accept: (box: Uint8Array) => RequestOf<"handoverAccept">;
}

/** Both have met, and guardians have vouched for them: nothing is decided before genesis. */
const ready = async (height = 5, under = config, vouched = true): Promise<Ready> => {
  const transcript = await introduce(maker, second, under);
  const { nonce } = await maker.ask("handoverNonce", { transcript: hashOf(under, transcript) });
  const proofs = prove(worldFor(key), height);
  if (vouched) for (const actor of [maker, second]) await vouch(actor, under, proofs, undefined, { nonces: [nonce] });
  const basis = { transcript, governed: undefined, proofs, collateral };
  return { transcript, release: { ...basis, nonces: [nonce] }, accept: (box) => ({ ...basis, box }) };
};

/** The second holder has the key. What its evidence has to answer. */
const handOver = async (): Promise<Uint8Array> => {
  const { release, accept } = await ready();
  const { box, receiptChallenge } = await maker.ask("handoverRelease", release);
  await second.ask("handoverAccept", accept(box));
  return receiptChallenge;
};

type Party = RequestOf<"handoverReceipt">["holder"];

const receiptOf = async (actor: Actor, challenge: Uint8Array): Promise<Party> => {
  const { holder, attestation } = await activate(actor, config, challenge);
  return { tee: attestation.tee, handoverKey: holder.handoverKey, challenge, evidence: attestation.evidence };
};

const show = (holder: Party, world = worldFor(key), height = 6) =>
  maker.ask("handoverReceipt", { holder, proofs: prove(world, height), collateral });

const genesis = (actor: Actor, height = 7) =>
  actor.ask("genesis", { encoding: ENCODING, proofs: prove(worldFor(key), height), sessions: [] });

describe("a bridge that asks for a second holder", () => {
  it("begins once the process that made the key was shown one's receipt, which it keeps", async () => {
    await expect(genesis(maker, 4)).rejects.toThrow(refused("refused/second-holder"));
    const challenge = await handOver();
    await expect(genesis(maker, 5)).rejects.toThrow(refused("refused/second-holder"));
    const holder = await receiptOf(second, challenge);
    const { receipt } = await show(holder);
    expect(receipt).toEqual(sha256(holder.evidence));
    const signed = await genesis(maker);
    maker = await maker.restart();
    expect((await activate(maker, config)).holder.receipt).toEqual(receipt);
    expect(await genesis(maker)).toEqual(signed);
  });

  it("doesn't begin by the second holder, nor after a restart without a receipt", async () => {
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
    await expect(show(await receiptOf(second, challenge), world)).rejects.toThrow(refused("refused/begun"));
  });
});

it("a bridge that asks for no second holder begins without", async () => {
  const alone = { ...config, secondHolder: false };
  const actor = await stage.start();
  const owner = (await activate(actor, alone)).holder.custodyKey;
  const proofs = prove(worldFor(owner), 5);
  expect(await actor.ask("genesis", { encoding: ENCODING, proofs, sessions: [] })).toMatchObject({ nonce: 0 });
});

describe("before genesis the key leaves", () => {
  it("no process that unsealed it", async () => {
    maker = await maker.restart();
    await activate(maker, config);
    const { release } = await ready();
    await expect(maker.ask("handoverRelease", release)).rejects.toThrow(refused("refused/handover-unsealed"));
  });

  it("for no receiver that was restarted since it made its end of hand-overs", async () => {
    const { transcript, release, accept } = await ready();
    const { box } = await maker.ask("handoverRelease", release);
    second = await second.restart();
    const { custodyKey, receiver } = transcript;
    await second.ask("handoverReceive", { config, custodyKey, share: undefined, challenge: receiver.challenge });
    await expect(second.ask("handoverAccept", accept(box))).rejects.toThrow(refused("refused/handover-unsealed"));
  });

  it("no second holder for a third one", async () => {
    await handOver();
    [maker, second] = [second, await stage.start()];
    const { release } = await ready(6, config, false);
    await expect(maker.ask("handoverRelease", release)).rejects.toThrow(refused("refused/handover-unsealed"));
  });

  it("nobody once the issuer has signed, for then guardians must have decided", async () => {
    const { release, accept } = await ready();
    const world = worldFor(key);
    world.parachain.setAccount(key, { nonce: 1 });
    const proofs = prove(world, 6);
    await expect(maker.ask("handoverRelease", { ...release, proofs })).rejects.toThrow(refused("refused/begun"));
    await expect(second.ask("handoverAccept", { ...accept(filled(60, 1)), proofs })).rejects.toThrow(
      refused("refused/begun"),
    );
  });

  it("for a second holder also while the issuer's account isn't there yet", async () => {
    const { release, accept } = await ready();
    const proofs = prove(worldFor(ISSUER), 6);
    const { box } = await maker.ask("handoverRelease", { ...release, proofs });
    expect((await second.ask("handoverAccept", { ...accept(box), proofs })).custodyKey).toEqual(key);
  });

  it("nobody for whom guardians haven't vouched by a nonce of the process", async () => {
    const { release } = await ready(5, config, false);
    await expect(maker.ask("handoverRelease", release)).rejects.toThrow(refused("refused/checkpoint-nonces"));
    await vouch(maker, config, release.proofs, undefined, { nonces: [filled(32, 1)], time: NOW });
    for (const nonces of [release.nonces, [filled(32, 1)]])
      await expect(maker.ask("handoverRelease", { ...release, nonces })).rejects.toThrow(
        refused("refused/checkpoint-nonces"),
      );
  });

  it("nobody but for a measurement of the configuration", async () => {
    const other = { ...config, measurements: [{ tee: "simulated", value: filled(32, 3) }] };
    maker = await stage.start();
    second = await stage.start();
    key = (await activate(maker, other)).holder.custodyKey;
    const { release } = await ready(5, other);
    await expect(maker.ask("handoverRelease", release)).rejects.toThrow(refused("evidence/policy-measurements"));
  });

  it("by no giver whose evidence doesn't verify, for nobody else says whose key it is", async () => {
    const { transcript, release, accept } = await ready();
    const { box } = await maker.ask("handoverRelease", release);
    const { evidence } = transcript.receiver;
    const posing = { ...transcript, giver: { ...transcript.giver, evidence } };
    await expect(second.ask("handoverAccept", { ...accept(box), transcript: posing })).rejects.toThrow(
      refused("evidence/policy-report-data"),
    );
    expect((await second.ask("handoverAccept", accept(box))).custodyKey).toEqual(key);
  });
});
