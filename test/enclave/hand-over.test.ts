/** PROTOCOL 7: what a hand-over that guardians decided does. */
import { ISSUER } from "@pdiem/bridge/testing/config";
import { paymentOf } from "@pdiem/bridge/testing/world";
import { toHex } from "@pdiem/light-client/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Actor,
  accept,
  activate,
  handoverConfig as config,
  createStage,
  hashOf,
  introduce,
  prepare,
  refused,
  release,
  type Stage,
  startGiver,
  vouch,
} from "./handover-actors.js";
import { prove } from "./proofs.js";
import { depositItems, settleRequest } from "./requests.js";

let stage: Stage;
let giver: Actor;
let receiver: Actor;
beforeEach(async () => {
  stage = createStage(config);
  giver = await startGiver(stage, config);
  receiver = await stage.start();
});
afterEach(() => stage.clear());

describe("a hand-over that guardians decided", () => {
  it("gives the receiver the key, after which both sign the same, and each goes on after a restart", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    const accepted = await accept(receiver, prepared, box);
    expect(accepted.custodyKey).toEqual(ISSUER);
    expect(accepted.handoverKey).toEqual(prepared.transcript.receiver.handoverKey);
    prepared.world.diem.received.push(paymentOf({}));
    const request = settleRequest(prove(prepared.world, 6), depositItems(1), prepared.governed);
    const signed = await giver.ask("settle", request);
    expect(await receiver.ask("settle", request)).toEqual(signed);
    for (const actor of [giver, receiver]) {
      const restarted = await actor.restart();
      expect((await activate(restarted, config)).holder.custodyKey).toEqual(ISSUER);
      expect(await restarted.ask("settle", request)).toEqual(signed);
    }
  });

  it("is voided by no restart: of the giver before it gives, of the receiver before it takes", async () => {
    const transcript = await introduce(giver, receiver, config);
    giver = await giver.restart();
    await activate(giver, config);
    receiver = await receiver.restart();
    await introduce(giver, receiver, config);
    const prepared = await prepare(config, giver, receiver, { transcript });
    const { box } = await release(giver, prepared);
    const { custodyKey } = transcript;
    receiver = await receiver.restart();
    await receiver.ask("handoverReceive", {
      config,
      custodyKey,
      share: undefined,
      challenge: transcript.receiver.challenge,
    });
    expect((await accept(receiver, prepared, box)).custodyKey).toEqual(ISSUER);
  });

  it("may be asked for again, which tells nobody else anything, and is accepted once", async () => {
    const prepared = await prepare(config, giver, receiver);
    const [first, second] = [await release(giver, prepared), await release(giver, prepared)];
    expect(second.box).not.toEqual(first.box);
    await accept(receiver, prepared, second.box);
    await expect(accept(receiver, prepared, first.box)).rejects.toThrow(refused("refused/not-receiving"));
    await expect(introduce(giver, receiver, config)).rejects.toThrow(refused("refused/active"));
  });

  it("is one of several that are in force under one checkpoint, each for its own receiver", async () => {
    const other = await stage.start();
    const transcripts = [await introduce(giver, receiver, config), await introduce(giver, other, config)] as const;
    const decided = () => ({ handovers: transcripts.map((one) => hashOf(config, one)) });
    const options = { decided, vouchedAt: "never" } as const;
    const mine = await prepare(config, giver, receiver, { ...options, transcript: transcripts[0] });
    const theirs = await prepare(config, giver, other, { ...options, transcript: transcripts[1] });
    const nonces = [mine.nonce, theirs.nonce];
    for (const actor of [giver, receiver, other]) await vouch(actor, config, mine.proofs, mine.governed, { nonces });
    await accept(receiver, mine, (await release(giver, mine, { nonces })).box);
    await accept(other, theirs, (await release(giver, theirs, { nonces })).box);
  });

  it("keeps the secret key out of answers and logs", async () => {
    const prepared = await prepare(config, giver, receiver);
    const released = await release(giver, prepared);
    const accepted = await accept(receiver, prepared, released.box);
    const shown = [released.box, released.receiptChallenge, accepted.custodyKey, accepted.handoverKey].map(toHex);
    for (const text of [shown.join(), stage.events.join()]) expect(text).not.toContain("eeeeeeeeee");
    expect(stage.events.filter((line) => /^key-(released|received)/.test(line))).toHaveLength(2);
  });

  it("goes on from the checkpoint that it came under", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { checkpoints } = await accept(receiver, prepared, (await release(giver, prepared)).box);
    expect(checkpoints).toEqual((await activate(giver, config)).holder.checkpoints);
    expect(checkpoints.checkpoint?.checkpoint.nonces).toBeDefined();
  });
});
