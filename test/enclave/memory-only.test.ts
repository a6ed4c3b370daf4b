import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
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
  createStage,
  handoverConfig,
  hex,
  introduce,
  type Platform,
  prepare,
  refused,
  release,
  SIMULATED,
  type Stage,
  startGiver,
} from "./handover-actors.js";
import { itemsOf } from "./requests.js";

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

describe("an enclave that keeps keys in memory only", () => {
  it("signs what the giver signs, writes nothing, says so, and holds no key once it was restarted", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    expect((await accept(receiver, prepared, box)).custodyKey).toBe(hex(ISSUER));
    prepared.world.diem.received.push(paymentOf({}));
    const { ledger, decisions } = prepared.release();
    const request = {
      ledger: ledger ?? "0x",
      decisions: decisions ?? "0x",
      profile: STATEMINE_900.name,
      evidence: formatEvidence(prove(prepared.world, 6)),
      items: formatItems(itemsOf(0)),
    };
    expect(await receiver.ask("POST /v1/settle", request)).toEqual(await giver.ask("POST /v1/settle", request));
    expect(await readdir(dirname(receiver.sealed))).toEqual([]);
    expect(await receiver.ask("GET /v1/status", undefined)).toMatchObject({ memoryOnly: true, active: {} });
    expect(await giver.ask("GET /v1/status", undefined)).not.toHaveProperty("memoryOnly");

    const restarted = await receiver.restart();
    expect(await restarted.ask("GET /v1/status", undefined)).toEqual({ tee: "simulated", memoryOnly: true });
    await expect(activate(restarted, config)).rejects.toThrow(refused("sealed/memory-only"));
    await expect(accept(restarted, prepared, box)).rejects.toThrow(refused("refused/not-receiving"));
    expect(await introduce(giver, restarted, config)).toMatchObject({ custodyKey: hex(ISSUER) });
  });

  it("makes no key, and may be given one afterwards", async () => {
    await expect(activate(receiver, config)).rejects.toThrow(
      expect.objectContaining({ code: "sealed/memory-only", retry: "later" }),
    );
    expect(await introduce(giver, receiver, config)).toMatchObject({ custodyKey: hex(ISSUER) });
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
