/**
 * PROTOCOL 7a: shares of a bridge's key move to new enclaves, in real processes. One is handed over
 * and one repaired, until none of those that made the key is left.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { MINIMUM_PERIOD } from "@pdiem/devnet/asset-hub/cadence";
import { DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { BOX_LENGTH } from "@pdiem/enclave/wire/handover";
import { toHex } from "@pdiem/light-client/bytes";
import { readHandover, writeHandover } from "@pdiem/relayer/cli/handover/file";
import { readRepair, writeRepair } from "@pdiem/relayer/cli/repair/file";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuardianDesk, openDesk } from "./support/guardians.js";
import { handOver } from "./support/hand-over.js";
import { passTime } from "./support/pass-time.js";
import { pdiem, type Ran } from "./support/pdiem.js";
import { type RelayedBridge, startRelayedBridge } from "./support/relayed-bridge.js";
import { repairOf } from "./support/repair.js";
import { withWindowLength } from "./support/short-windows.js";
import { startTraffic, type Traffic, untilAllEnded } from "./support/traffic.js";

/** Delay in active time, and length of each window. */
const DELAY_MS = MINIMUM_PERIOD;
const AMOUNT = 1_000_000n;
/** Slots: whose share is handed over, whose is lost, and whose enclave is gone in the end. */
const [GIVEN, LOST, GONE] = [1, 2, 3];

let bridge: RelayedBridge;
let desk: GuardianDesk;
let traffic: Traffic;
let somebody: DiemWallet;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    holders: { threshold: 2, slots: 3 },
    limits: {
      decisionDelay: String(DELAY_MS),
      currencies: withWindowLength(DEFAULT_LIMITS.currencies, DELAY_MS),
    },
  });
  desk = openDesk(bridge);
  traffic = startTraffic(bridge);
  somebody = createAccount(bridge.chains.diem, 100n * AMOUNT, "Somebody");
});
afterAll(() => bridge?.stop());

/** Mints on the parachain, and pays back on Diem: the key signs for both chains. */
const expectItGoesOn = async (): Promise<void> => {
  const account = randomBytes(32);
  const before = traffic.totals().payments.length;
  await traffic.deposit(account, AMOUNT);
  await traffic.depositRefunded(AMOUNT, Uint8Array.of(1), somebody);
  expect(traffic.totals().payments.length).toBe(before + 1);
  await untilAllEnded(bridge, traffic);
  expect(await bridge.balances("XUS", [account])).toEqual([traffic.totals().balances.get(toHex(account))]);
};

/** Has guardians decide it, and their delay run out. @returns what was drawn then */
const decided = async (phrase: string, nonce: () => Promise<Ran>): Promise<string> => {
  await desk.decide([phrase]);
  await desk.until(({ delayed }) => delayed.length === 1);
  await passTime(bridge, 4 * DELAY_MS);
  await expectItGoesOn();
  const { out } = await eventually(async () => {
    const told = await nonce();
    return told.code === 0 ? told : undefined;
  });
  return out;
};

const holders = async () => (await bridge.ask<StatusView>("/api/v1/status")).holders?.slots ?? [];

describe("the shares of a bridge's key", () => {
  it("go on in another enclave, once one is handed over and the one that gave it is destroyed", async () => {
    const to = await bridge.startStandby(undefined, GIVEN);
    const given = handOver(bridge, "given", to, bridge.enclave(GIVEN).url);
    expect(await given.propose()).toContain(`slot ${GIVEN}'s share`);
    const nonce = await decided(`handover ${given.file}`, given.nonce);
    const vouched = await given.vouch(nonce);
    const spoilt = { box: new Uint8Array(BOX_LENGTH), receiptChallenge: new Uint8Array(32) };
    writeHandover(given.file, { ...readHandover(given.file), released: spoilt });
    expect(await given.release(vouched)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^refused\/handover-box/m),
    });
    expect(await given.release(vouched)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/holds slot 1's share of the key 0x[0-9a-f]{64}$/),
    });
    await bridge.destroyEnclave(GIVEN);
    expect(existsSync(join(bridge.folder, `enclave-${GIVEN}`))).toBe(false);
    expect(await given.release(vouched)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/holds slot 1's share already$/),
    });
    await bridge.switchTo(to, GIVEN);
    await bridge.destroyEnclave(LOST);
    await expectItGoesOn();
  });

  it("are given again when one is lost with its disk, by one who made the key and one who didn't", async () => {
    const first = await bridge.startStandby(undefined, LOST);
    const repair = repairOf(bridge, LOST, first);
    expect(await repair.propose()).toContain(`slot ${LOST}'s share`);
    const nonces = await decided(`repair ${repair.file}`, repair.nonce);
    const vouched = await repair.vouch(nonces);
    await first.child.kill();
    const to = await bridge.startStandby(first, LOST);
    const spoilt = Array.from({ length: 2 }, () => new Uint8Array(32));
    writeRepair(repair.file, { ...readRepair(repair.file), splits: spoilt.map(() => ({ points: spoilt, boxes: [] })) });
    expect(await repair.run(vouched)).toMatchObject({ code: 1, err: expect.stringMatching(/^refused\/repair-rows/m) });
    expect(await repair.run(vouched)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/holds slot 2's share of the key 0x[0-9a-f]{64}$/),
    });
    await bridge.switchTo(to, LOST);
  });

  it("sign for the same account when none is left of those who made it, by what new enclaves have sealed", async () => {
    await bridge.enclave(GONE).child.stop();
    for (const slot of [GIVEN, LOST]) {
      await bridge.enclave(slot).child.kill();
      await bridge.restartEnclave(slot);
    }
    await expectItGoesOn();
    const told = await holders();
    expect(told.map(({ fault }) => fault?.code)).toEqual([undefined, undefined, "enclave/unreachable"]);
    for (const { lastShareAt = 0 } of told.slice(0, GONE - 1)) expect(lastShareAt).toBeGreaterThan(0);
    const { out } = await pdiem("verify-enclave", "--json", "--config", bridge.relayerFile);
    const { custodyKey, slots } = JSON.parse(out);
    expect(custodyKey).toBe(`0x${toHex(bridge.enclave(GONE).key)}`);
    expect(slots.map(({ evidence }: { evidence?: unknown }) => evidence !== undefined)).toEqual([true, true, false]);
  });
});
