import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { ISSUER } from "@pdiem/bridge/testing/config";
import { paymentOf } from "@pdiem/bridge/testing/world";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Actor,
  accept,
  activate,
  createStage,
  handoverConfig,
  introduce,
  type Platform,
  prepare,
  refused,
  release,
  SIMULATED,
  type Stage,
  startGiver,
} from "./handover-actors.js";
import { prove } from "./proofs.js";
import { depositItems, settleRequest } from "./requests.js";

const config = { ...handoverConfig, secondHolder: true };
const MEMORY_ONLY: Platform = { ...SIMULATED, memoryOnly: true };

let stage: Stage;
let giver: Actor;
let receiver: Actor;
beforeEach(async () => {
  stage = createStage(config);
  giver = await startGiver(stage, config);
  receiver = await stage.start(MEMORY_ONLY);
});
afterEach(() => stage.clear());

describe("PROTOCOL 7: an enclave that can't seal", () => {
  it("signs what the giver signs, writes nothing, says so, and holds no key once it was restarted", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    expect((await accept(receiver, prepared, box)).custodyKey).toEqual(ISSUER);
    prepared.world.diem.received.push(paymentOf({}));
    const request = settleRequest(prove(prepared.world, 6), depositItems(1), prepared.governed);
    expect(await receiver.ask("settle", request)).toEqual(await giver.ask("settle", request));
    expect(await readdir(dirname(receiver.sealed))).toEqual([]);
    expect(await receiver.ask("status", undefined)).toMatchObject({ isLasting: false, role: { type: "holder" } });
    expect(await giver.ask("status", undefined)).toMatchObject({ isLasting: true });

    const restarted = await receiver.restart();
    expect(await restarted.ask("status", undefined)).toMatchObject({ isLasting: false, role: { type: "empty" } });
    await expect(activate(restarted, config)).rejects.toThrow(refused("sealed/memory-only"));
    await expect(accept(restarted, prepared, box)).rejects.toThrow(refused("refused/not-receiving"));
    expect(await introduce(giver, restarted, config)).toMatchObject({ custodyKey: ISSUER });
  });

  it("makes no key, and may be given one afterwards", async () => {
    await expect(activate(receiver, config)).rejects.toThrow(
      expect.objectContaining({ code: "sealed/memory-only", retry: "later" }),
    );
    expect(await introduce(giver, receiver, config)).toMatchObject({ custodyKey: ISSUER });
  });

  it("takes none of a bridge whose configuration asks for no second holder", async () => {
    const alone = createStage(handoverConfig);
    try {
      const holder = await startGiver(alone, handoverConfig);
      const other = await alone.start(MEMORY_ONLY);
      await expect(introduce(holder, other, handoverConfig)).rejects.toThrow(refused("refused/memory-only"));
    } finally {
      await alone.clear();
    }
  });
});
