/** PROTOCOL 7a: one slot's share handed over, by the rules of a whole key's hand-over. */
import { handoverName } from "@pdiem/bridge/handover/grant";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { filled, ISSUER } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Actor,
  accept,
  activate,
  CHALLENGE,
  createStage,
  hashOf,
  introduce,
  NOW,
  type Prepared,
  prepare,
  refused,
  release,
  type Stage,
  simulatedAs,
  vouch,
} from "./handover-actors.js";
import { commit, HELD, NAMES, PACKAGE, shareOf, signTogether, startHolder } from "./held.js";
import { settlement } from "./held-settlement.js";

let stage: Stage;
let giver: Actor;
let receiver: Actor;
beforeEach(async () => {
  stage = createStage(HELD);
  giver = await startHolder(stage, 2);
  receiver = await stage.start(simulatedAs("b"));
});
afterEach(() => stage.clear());

const statusOf = async (actor: Actor) => (await actor.ask("status", undefined)).role;
const receiveAs = (actor: Actor, slot: number, publicPackage = PACKAGE) =>
  actor.ask("handoverReceive", {
    config: HELD,
    custodyKey: ISSUER,
    share: { slot, publicPackage },
    challenge: CHALLENGE,
  });
const grantOf = (prepared: Prepared) => {
  const { grant } = prepared.transcript;
  if (grant === undefined) throw new Error("expected a share's hand-over");
  return grant;
};

describe("a hand-over of a share", () => {
  it("gives it to an enclave of the slot's class, which signs on with the same key once the old one is gone", async () => {
    const prepared = await prepare(HELD, giver, receiver);
    const { box } = await release(giver, prepared);
    const accepted = await accept(receiver, prepared, box);
    expect(accepted).toMatchObject({ custodyKey: ISSUER, share: { slot: 2, publicPackage: PACKAGE } });
    expect(stage.events.at(-1)).toMatch(/^key-received .*"slot":2/);

    const restarted = await receiver.restart();
    expect((await activate(restarted, HELD)).holder).toEqual(accepted);
    const { request, toSign } = settlement(6);
    const third = await startHolder(stage, 3);
    const signers = [...(await commit(restarted, 2)), ...(await commit(third, 3))];
    const { extrinsic } = await signTogether(
      signers,
      toSign,
      async ({ actor }, session) => (await actor.ask("settle", request([session]))).share,
    );
    expect(extrinsicSigner(extrinsic)).toEqual(ISSUER);
  });

  it("is voided by no restart of either side, but for the giver's nonce", async () => {
    const transcript = await introduce(giver, receiver, HELD);
    giver = await giver.restart();
    await activate(giver, HELD);
    receiver = await receiver.restart();
    await introduce(giver, receiver, HELD);
    const prepared = await prepare(HELD, giver, receiver, { transcript });
    const { box } = await release(giver, prepared);
    receiver = await receiver.restart();
    await receiveAs(receiver, 2);
    await accept(receiver, prepared, box);
    giver = await giver.restart();
    await activate(giver, HELD);
    await expect(release(giver, prepared)).rejects.toThrow(refused("refused/checkpoint-nonces"));
  });

  it("is decided with slot, public package and machine: no other decision serves", async () => {
    const { grant, ...whole } = await introduce(giver, receiver, HELD);
    if (grant === undefined) throw new Error("expected a grant");
    const named = hashOf(HELD, { ...whole, grant });
    const others = [
      undefined,
      { ...grant, slot: 3 },
      { ...grant, publicPackage: filled(32, 1) },
      { ...grant, platform: filled(16, 1) },
      grant,
    ];
    for (const [i, other] of others.entries()) {
      const decided = () => ({ handovers: [handoverName(named, other)] });
      const prepared = await prepare(HELD, giver, receiver, {
        ...{ transcript: { ...whole, grant }, decided },
        ...{ height: 5 + i, vouchedAt: NOW - BigInt(others.length - i) },
      });
      if (other === grant) await release(giver, prepared);
      else await expect(release(giver, prepared)).rejects.toThrow(refused("refused/handover-undecided"));
    }
  });

  it("before genesis isn't done, whatever the checkpoint carries", async () => {
    const prepared = await prepare(HELD, giver, receiver);
    await expect(release(giver, prepared, { governed: undefined })).rejects.toThrow(
      refused("refused/handover-unsealed"),
    );
    await expect(accept(receiver, prepared, filled(60, 1), { governed: undefined })).rejects.toThrow(
      refused("refused/before-genesis"),
    );
  });

  it("shows the share in no answer and no log line", async () => {
    const prepared = await prepare(HELD, giver, receiver);
    const { box } = await release(giver, prepared);
    await accept(receiver, prepared, box);
    for (const text of [toHex(box), ...stage.events]) expect(text).not.toContain(toHex(shareOf(2)).slice(0, 16));
  });
});

describe("the giver of a share", () => {
  it("gives its own slot's alone, of its own key", async () => {
    const prepared = await prepare(HELD, giver, receiver);
    const grant = grantOf(prepared);
    for (const other of [{ ...grant, slot: 1 }, { ...grant, publicPackage: filled(32, 1) }, undefined]) {
      const transcript = { ...prepared.transcript, grant: other };
      await expect(release(giver, prepared, { transcript })).rejects.toThrow(refused("refused/handover-share"));
    }
  });

  it("gives to the machine alone that the transcript names", async () => {
    const transcript = await introduce(giver, receiver, HELD, filled(16, 7));
    const prepared = await prepare(HELD, giver, receiver, { transcript });
    await expect(release(giver, prepared)).rejects.toThrow(refused("refused/handover-platform"));
  });

  it("gives to no enclave of another class, though its measurement is in force", async () => {
    const stranger = await stage.start(simulatedAs("c"));
    const { attestation, ...offered } = await receiveAs(stranger, 3);
    const genuine = await introduce(giver, receiver, HELD);
    const { handoverKey } = offered.receiver;
    const posing = { ...genuine.receiver, handoverKey, evidence: attestation.evidence };
    const prepared = await prepare(HELD, giver, receiver, { transcript: { ...genuine, receiver: posing } });
    await expect(release(giver, prepared)).rejects.toThrow(refused("evidence/policy-measurements"));
  });

  it("gives to no enclave whose evidence speaks for another slot, or for a holder", async () => {
    const genuine = await introduce(giver, receiver, HELD);
    const { challenge } = genuine.receiver;
    const shown = await activate(giver, HELD, challenge);
    const posing = {
      ...genuine.receiver,
      handoverKey: shown.holder.handoverKey,
      evidence: shown.attestation.evidence,
    };
    const prepared = await prepare(HELD, giver, receiver, { transcript: { ...genuine, receiver: posing } });
    await expect(release(giver, prepared)).rejects.toThrow(refused("evidence/policy-report-data"));
  });

  it("gives to no measurement that guardians have retired", async () => {
    const prepared = await prepare(HELD, giver, receiver, {
      decided: (name) => ({ handovers: [name], measurements: HELD.measurements.filter((_, i) => i !== 1) }),
    });
    await expect(release(giver, prepared)).rejects.toThrow(refused("evidence/policy-kind"));
  });
});

describe("the receiver of a share", () => {
  it("takes a slot of its own class only, one for good, and a whole key never", async () => {
    await expect(receiveAs(receiver, 1)).rejects.toThrow(refused("refused/handover-class"));
    await expect(receiveAs(receiver, 4)).rejects.toThrow(refused("refused/handover-class"));
    await expect(receiveAs(receiver, 2, { ...PACKAGE, groupKey: filled(32, 1) })).rejects.toThrow(
      refused("refused/handover-share"),
    );
    await expect(receiveAs(receiver, 2, { ...PACKAGE, slots: PACKAGE.slots.slice(1) })).rejects.toThrow(
      refused("refused/handover-share"),
    );
    const { receiver: status } = await receiveAs(receiver, 2);
    expect(status.share).toEqual({ slot: 2, publicPackage: PACKAGE });
    for (const [slot, roll] of [
      [1, PACKAGE.roll],
      [2, filled(32, 9)],
    ] as const)
      await expect(receiveAs(receiver, slot, { ...PACKAGE, roll })).rejects.toThrow(refused("refused/receiving"));
    const restarted = await receiver.restart();
    await expect(receiveAs(restarted, 2, { ...PACKAGE, roll: filled(32, 9) })).rejects.toThrow(
      refused("refused/receiving"),
    );
    expect(await statusOf(restarted)).toMatchObject({ type: "receiver", value: { share: { slot: 2 } } });
    await expect(restarted.ask("ceremonyBegin", { config: HELD, slot: 2 })).rejects.toThrow(refused("refused/active"));
  });

  it("isn't one that holds a share already, or that can't seal", async () => {
    await expect(receiveAs(giver, 2)).rejects.toThrow(refused("refused/active"));
    await expect(receiveAs(await giver.restart(), 2)).rejects.toThrow(refused("sealed/exists"));
    const forgetful = await stage.start({ ...simulatedAs("b"), memoryOnly: true });
    await expect(receiveAs(forgetful, 2)).rejects.toThrow(refused("refused/memory-only"));
  });

  it("takes nothing but what its slot's verifying share verifies", async () => {
    const liar = await stage.start(simulatedAs(NAMES[1]), shareOf(3), { slot: 2, publicPackage: PACKAGE });
    await activate(liar, HELD);
    const prepared = await prepare(HELD, liar, receiver, { vouchedAt: NOW - 1n });
    const { box } = await release(liar, prepared);
    await expect(accept(receiver, prepared, box)).rejects.toThrow(refused("refused/handover-other-key"));
    expect((await statusOf(receiver)).type).toBe("receiver");
    const right = await prepare(HELD, giver, receiver, { height: 6 });
    await accept(receiver, right, (await release(giver, right)).box);
  });

  it("takes no share of another public package than it waits for", async () => {
    const prepared = await prepare(HELD, giver, receiver);
    const { box } = await release(giver, prepared);
    const other = { ...PACKAGE, roll: filled(32, 1) };
    for (const grant of [
      { ...grantOf(prepared), slot: 3 },
      { ...grantOf(prepared), publicPackage: publicPackageHash(other) },
      undefined,
    ])
      await expect(accept(receiver, prepared, box, { transcript: { ...prepared.transcript, grant } })).rejects.toThrow(
        refused("refused/handover-share"),
      );
  });

  it("keeps what it is shown under a checkpoint as any enclave does", async () => {
    const prepared = await prepare(HELD, giver, receiver, { vouchedAt: "never" });
    await vouch(receiver, HELD, prepared.proofs, prepared.governed, { nonces: [prepared.nonce] });
    expect(await statusOf(receiver)).toMatchObject({ value: { checkpoints: { checkpoint: expect.anything() } } });
  });
});
