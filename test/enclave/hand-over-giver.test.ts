/** PROTOCOL 7: when the enclave that has the key keeps it to itself. */
import { copyFile } from "node:fs/promises";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import type { Party } from "@pdiem/bridge/handover/transcript";
import { filled, HOUR } from "@pdiem/bridge/testing/config";
import { GUARDIAN_SEEDS } from "@pdiem/bridge/testing/guardians";
import type { Sides } from "@pdiem/enclave/wire/handover";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Actor,
  activate,
  handoverConfig as config,
  createStage,
  handover,
  hashOf,
  introduce,
  NOW,
  prepare,
  refused,
  release,
  type Stage,
  startGiver,
  vouch,
  worldOf,
} from "./handover-actors.js";
import { prove } from "./proofs.js";

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

const delayed = (hash: Uint8Array): Partial<GovernanceState> => ({
  delayed: [{ action: handover(hash), from: 0n, due: DELAY }],
});

describe("the giver refuses", () => {
  it.each<[string, string, (hash: Uint8Array) => Partial<GovernanceState>, bigint]>([
    ["while its delay is running", "refused/handover-delayed", delayed, DELAY - 1n],
    ["after it was taken back", "refused/handover-undecided", () => ({}), DELAY],
    ["while paused", "refused/paused", (hash) => ({ handovers: [hash], paused: true }), 2n * DELAY],
  ])("%s", async (_, code, decided, active) => {
    const prepared = await prepare(config, giver, receiver, { decided, active });
    await expect(release(giver, prepared)).rejects.toThrow(refused(code));
  });

  it("no longer once its delay has run out in active time", async () => {
    const prepared = await prepare(config, giver, receiver, { decided: delayed, active: DELAY });
    expect((await release(giver, prepared)).box).toHaveLength(60);
  });

  it("without a decision about this very transcript", async () => {
    const prepared = await prepare(config, giver, receiver, { vouchedAt: "never" });
    const another = await introduce(giver, receiver, config);
    const { nonce } = await giver.ask("handoverNonce", { transcript: hashOf(config, another) });
    await vouch(giver, config, prepared.proofs, prepared.governed, { nonces: [nonce] });
    await expect(release(giver, prepared, { transcript: another, nonces: [nonce] })).rejects.toThrow(
      refused("refused/handover-undecided"),
    );
  });

  it("at a block where any asset is frozen", async () => {
    const prepared = await prepare(config, giver, receiver);
    for (const [height, { assetId }] of config.currencies.entries()) {
      prepared.world.parachain.setAsset(assetId, { status: "frozen" });
      await expect(release(giver, prepared, { proofs: prove(prepared.world, 6 + height) })).rejects.toThrow(
        refused("refused/asset-frozen"),
      );
      prepared.world.parachain.setAsset(assetId, { status: "live" });
    }
    await release(giver, prepared, { proofs: prove(prepared.world, 9) });
  });

  it("facts that are stale: of chains apart, before the checkpoint by either clock, of a former ledger", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { world } = prepared;
    world.diem.time = NOW - config.maxSkew - 1n;
    await expect(release(giver, prepared, { proofs: prove(world, 6) })).rejects.toThrow(refused("refused/skew"));
    world.setTime(NOW);
    world.diem.time = NOW - 1n;
    await expect(release(giver, prepared, { proofs: prove(world, 7) })).rejects.toThrow(
      refused("refused/before-checkpoint"),
    );
    world.setTime(NOW);
    world.parachain.time = NOW - 1n;
    await expect(release(giver, prepared, { proofs: prove(world, 8) })).rejects.toThrow(
      refused("refused/before-checkpoint"),
    );
    const later = worldOf(config, { ledger: { ...prepared.governed.ledger, nonce: 2 } });
    await expect(release(giver, prepared, { proofs: prove(later, 9) })).rejects.toThrow(
      refused("refused/not-in-force"),
    );
    world.setTime(NOW);
    await release(giver, prepared, { proofs: prove(world, 10) });
  });

  it("a ledger left out, or a governance state told otherwise than it is", async () => {
    const prepared = await prepare(config, giver, receiver);
    await expect(release(giver, prepared, { governed: undefined })).rejects.toThrow(
      refused("refused/handover-unsealed"),
    );
    const { ledger, governance } = prepared.governed;
    const governed = { ledger, governance: { ...governance, count: 1n } };
    await expect(release(giver, prepared, { governed })).rejects.toThrow(refused("refused/governance"));
  });

  it("a checkpoint without nonces, or without one that this process drew for this hand-over", async () => {
    const prepared = await prepare(config, giver, receiver, { vouchedAt: "never" });
    const { nonce: elsewhere } = await giver.ask("handoverNonce", { transcript: filled(32, 1) });
    const stranger = await startGiver(stage, config);
    const { nonce: foreign } = await stranger.ask("handoverNonce", { transcript: prepared.hash });
    const { challenge } = prepared.transcript.receiver;
    await expect(release(giver, prepared)).rejects.toThrow(refused("refused/checkpoint-nonces"));
    const lists = [[], [elsewhere], [foreign], [challenge], [filled(32, 0)], [elsewhere, foreign]];
    for (const [i, nonces] of lists.entries()) {
      const time = NOW - BigInt(lists.length - i);
      await vouch(giver, config, prepared.proofs, prepared.governed, { nonces, time });
      for (const shown of [nonces, [prepared.nonce], [...nonces, prepared.nonce]])
        await expect(release(giver, prepared, { nonces: shown })).rejects.toThrow(refused("refused/checkpoint-nonces"));
    }
    await vouch(giver, config, prepared.proofs, prepared.governed, { nonces: [foreign, prepared.nonce] });
    await release(giver, prepared, { nonces: [foreign, prepared.nonce] });
  });

  it("a checkpoint by too few guardians, of a time to come, or older than the one it goes by", async () => {
    const { proofs, governed, nonce } = await prepare(config, giver, receiver);
    const shown = (time: bigint, signers?: readonly Uint8Array[]) =>
      vouch(giver, config, proofs, governed, { nonces: [nonce], time, ...(signers && { signers }) });
    await expect(shown(NOW + 1n, GUARDIAN_SEEDS.slice(2))).rejects.toThrow(refused("proof/guardian-threshold"));
    await expect(shown(NOW + 1n)).rejects.toThrow(refused("refused/checkpoint-early"));
    await expect(shown(NOW - 1n)).rejects.toThrow(refused("refused/checkpoint-older"));
  });

  it("facts after the checkpoint's term, so that no keys of former validators get the key out", async () => {
    const prepared = await prepare(config, giver, receiver);
    prepared.world.setTime(NOW + 14n * 24n * HOUR);
    await expect(release(giver, prepared, { proofs: prove(prepared.world, 9) })).rejects.toThrow(
      refused("refused/checkpoint-lapsed"),
    );
  });

  it("once it was restarted or rolled back: its nonces are another process's, until guardians vouch anew", async () => {
    const copy = `${giver.sealed}.copy`;
    await copyFile(giver.sealed, copy);
    const prepared = await prepare(config, giver, receiver);
    for (const rollBack of [false, true]) {
      if (rollBack) await copyFile(copy, giver.sealed);
      giver = await giver.restart();
      await activate(giver, config);
      if (rollBack) await vouch(giver, config, prepared.proofs, prepared.governed, { nonces: [prepared.nonce] });
      await expect(release(giver, prepared)).rejects.toThrow(refused("refused/checkpoint-nonces"));
    }
    const { nonce } = await giver.ask("handoverNonce", { transcript: prepared.hash });
    prepared.world.setTime(NOW + 1n);
    const proofs = prove(prepared.world, 6);
    await vouch(giver, config, proofs, prepared.governed, { nonces: [nonce], time: NOW + 1n });
    await release(giver, prepared, { proofs, nonces: [nonce] });
  });

  it("a transcript that names another key, or another end of hand-overs than its own", async () => {
    const prepared = await prepare(config, giver, receiver);
    const ask = (change: Partial<Sides>) =>
      release(giver, prepared, { transcript: { ...prepared.transcript, ...change } });
    await expect(ask({ custodyKey: filled(32, 1) })).rejects.toThrow(refused("refused/handover-custody-key"));
    const { giver: self } = prepared.transcript;
    await expect(ask({ giver: { ...self, handoverKey: filled(32, 2) } })).rejects.toThrow(
      refused("refused/handover-restarted"),
    );
    const weak = { ...prepared.transcript.receiver, handoverKey: filled(32, 0) };
    await expect(ask({ receiver: weak })).rejects.toThrow(refused("refused/checkpoint-nonces"));
  });

  it.each<[string, (challenge: Uint8Array, custodyKey: Uint8Array) => Promise<Partial<Party>>]>([
    [
      "another bridge",
      async (challenge, custodyKey) => {
        const other: BridgeConfig = { ...config, maxSkew: config.maxSkew + 1n };
        const offered = await (await stage.start()).ask("handoverReceive", {
          config: other,
          custodyKey,
          share: undefined,
          challenge,
        });
        return { handoverKey: offered.receiver.handoverKey, evidence: offered.attestation.evidence };
      },
    ],
    [
      "another key",
      async (challenge) => {
        const invitation = { config, custodyKey: filled(32, 1), share: undefined, challenge };
        const offered = await (await stage.start()).ask("handoverReceive", invitation);
        return { handoverKey: offered.receiver.handoverKey, evidence: offered.attestation.evidence };
      },
    ],
    [
      "a holder",
      async (challenge) => {
        const { holder, attestation } = await activate(giver, config, challenge);
        return { handoverKey: holder.handoverKey, evidence: attestation.evidence };
      },
    ],
  ])("a receiver whose evidence speaks for %s", async (_, pose) => {
    const genuine = await introduce(giver, receiver, config);
    const posing = await pose(genuine.receiver.challenge, genuine.custodyKey);
    const transcript = { ...genuine, receiver: { ...genuine.receiver, ...posing } };
    const prepared = await prepare(config, giver, receiver, { transcript });
    await expect(release(giver, prepared)).rejects.toThrow(refused("evidence/policy-report-data"));
  });

  it("a receiver whose evidence answers another's challenge", async () => {
    const stranger = await startGiver(stage, config);
    const transcript = await introduce(stranger, receiver, config);
    const { handoverKey } = (await activate(giver, config)).holder;
    const prepared = await prepare(config, giver, receiver, {
      transcript: { ...transcript, giver: { ...transcript.giver, handoverKey } },
    });
    await expect(release(giver, prepared)).rejects.toThrow(refused("refused/handover-challenge"));
  });

  it("a receiver of a measurement that guardians have retired, though its own may be, too", async () => {
    const successor = { tee: "simulated", value: filled(32, 5) };
    const prepared = await prepare(config, giver, receiver, {
      decided: (hash) => ({ handovers: [hash], measurements: [successor] }),
    });
    await expect(release(giver, prepared)).rejects.toThrow(refused("evidence/policy-measurements"));
  });
});
