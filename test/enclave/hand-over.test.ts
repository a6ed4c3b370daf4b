import { formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { formatItems } from "@pdiem/bridge/settlement/items";
import { ISSUER } from "@pdiem/bridge/testing/config";
import { paymentOf } from "@pdiem/bridge/testing/world";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prove } from "./evidence.js";
import {
  type Actor,
  accept,
  activate,
  handoverConfig as config,
  createStage,
  handover,
  hashOf,
  hex,
  introduce,
  prepare,
  refused,
  release,
  type Stage,
  startGiver,
} from "./handover-actors.js";
import { itemsOf } from "./requests.js";

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
    const [first, second] = [await release(giver, prepared), await release(giver, prepared)];
    expect(second.box).not.toBe(first.box);
    await accept(receiver, prepared, second.box);
    await expect(accept(receiver, prepared, first.box)).rejects.toThrow(refused("refused/not-receiving"));
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
    await accept(receiver, prepared, (await release(giver, prepared)).box);
    await accept(other, theirs, (await release(giver, theirs)).box);
  });

  it("keeps the secret key out of answers and logs", async () => {
    const prepared = await prepare(config, giver, receiver);
    const released = await release(giver, prepared);
    const accepted = await accept(receiver, prepared, released.box);
    for (const text of [JSON.stringify([released, accepted]), stage.events.join()])
      expect(text).not.toContain("eeeeeeeeee");
    expect(stage.events.filter((line) => /^key-(released|received)/.test(line))).toHaveLength(2);
  });

  it("goes on from the checkpoint that it came under", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { checkpoint } = await accept(receiver, prepared, (await release(giver, prepared)).box);
    expect(checkpoint).toBe(prepared.release().checkpoint);
  });
});
