import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { completeCheckpoint, parseCheckpointFile } from "@pdiem/bridge-client/guardians/checkpoint-file";
import { MINIMUM_PERIOD } from "@pdiem/devnet/asset-hub/cadence";
import { DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { StandbyEnclave } from "@pdiem/devnet/local-bridge/processes";
import { eventually, rpcError } from "@pdiem/devnet/testing/rpc";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { readHandover } from "@pdiem/relayer/cli/handover/file";
import { transcriptOf } from "@pdiem/relayer/cli/handover/verdict";
import type { DecisionsView } from "@pdiem/relayer/views/decisions-view";
import type { ReservesView } from "@pdiem/relayer/views/reserves-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askDirectly } from "./support/ask-directly.js";
import { openDesk } from "./support/guardians.js";
import { type HandOver, handOver } from "./support/hand-over.js";
import { inHaste } from "./support/haste.js";
import { passTime } from "./support/pass-time.js";
import { pdiemDone } from "./support/pdiem.js";
import { type RelayedBridge, startRelayedBridge } from "./support/relayed-bridge.js";
import { withWindowLength } from "./support/short-windows.js";
import { type SubmissionGate, startSubmissionGate } from "./support/submission-gate.js";
import { startTraffic, type Traffic, untilAllEnded, withdrawalTo } from "./support/traffic.js";
import { createHolder, type Holder } from "./support/withdrawals.js";

/** Delay in active time: ten blocks, enough for whatever is to be seen before it is over. */
const DELAY_MS = 60_000;
/** Length of each window; the whole supply, less than a window lets out, can leave in two. */
const WINDOW_MS = MINIMUM_PERIOD;
const AMOUNT = 1_000_000n;

let bridge: RelayedBridge;
let gate: SubmissionGate;
let holder: Holder;
let traffic: Traffic;
/** What the relayer said before genesis had its receipt. */
let waitedFor = "";

beforeAll(async () => {
  bridge = await startRelayedBridge(
    inHaste({
      limits: {
        decisionDelay: String(DELAY_MS),
        secondHolder: true,
        currencies: withWindowLength(DEFAULT_LIMITS.currencies, WINDOW_MS),
      },
      substrate: { assetHub: { cadence: { maxLead: 1_800_000 } } },
      prepare: async ({ diem }) => {
        gate = await startSubmissionGate(diem.url);
      },
      relayerSettings: (settings) => ({ ...settings, diem: { ...settings.diem, urls: [gate.url] } }),
      beforeGenesis: async (early) => {
        const given = handOver(early, "second-holder", await early.startStandby());
        await given.propose();
        waitedFor = await eventually(async () => {
          const text = await (await fetch(`${early.relayerUrl}/readyz`)).text();
          // Others come and go, such as of nodes that are behind.
          return /refused\/second-holder/.exec(text)?.[0];
        });
        const { out: nonce } = await given.nonce();
        expect(await given.release(await given.vouch(nonce))).toMatchObject({ code: 0 });
        await given.receipt();
      },
    }),
  );
  holder = await createHolder(bridge);
  traffic = startTraffic(bridge);
  await traffic.deposit(holder.account, 100n * AMOUNT);
});

afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
  await gate?.close();
});

/**
 * Asks the giver itself, past what the command line looks at first, with a checkpoint that
 * guardians did sign.
 */
const releaseDirectly = async ({ file, vouch }: HandOver): Promise<unknown> => {
  const { transcript } = readHandover(file);
  const id = bridgeId(bridge.config);
  const hash = transcriptOf(bridge.config, transcript);
  const { nonce } = await askDirectly(bridge, ({ enclave }) => enclave.handoverNonce({ transcript: hash }));
  const signed = parseCheckpointFile(JSON.parse(readFileSync(await vouch(toHex(nonce)), "utf8")));
  const checkpoints = [completeCheckpoint(id, bridge.config.guardians, signed)];
  await askDirectly(bridge, ({ enclave }, basis) => enclave.checkpoint({ checkpoints, ...basis }));
  return askDirectly(bridge, ({ enclave }, basis) =>
    enclave.handoverRelease({ transcript, nonces: [nonce], collateral: { kind: "none" }, ...basis }),
  );
};

const newPayee = (): Uint8Array => createAccount(bridge.chains.diem, AMOUNT, "A payee").address;

const withdraw = async (...payees: readonly Uint8Array[]): Promise<void> => {
  await holder.sendTold(payees.map((payee) => traffic.paid(withdrawalTo(payee), AMOUNT)));
  traffic.spend(holder.account, AMOUNT * BigInt(payees.length));
};

const deposit = (): Promise<void> => traffic.deposit(randomBytes(32), AMOUNT);

/** Lets the chain's time pass the public delay, and a settlement count it as active. */
const passDelay = async (): Promise<void> => {
  await passTime(bridge, DELAY_MS + 2 * WINDOW_MS);
  await deposit();
  await expectAllEnded();
};

const expectAllEnded = (): Promise<void> => untilAllEnded(bridge, traffic);

/**
 * Whatever was lost or done twice would show in custody's balance, in the supply or on an account.
 */
const expectBooksToBalance = async (): Promise<void> => {
  const { supply, fees, surplus, balances } = traffic.totals();
  const accounts = [...balances.keys()].map((account) => fromHex(account));
  expect(await bridge.balances("XUS", accounts)).toEqual([...balances.values()]);
  const { isCovered, currencies }: ReservesView = JSON.parse(
    await pdiemDone("reserves", "--json", "--config", bridge.relayerFile),
  );
  expect(isCovered).toBe(true);
  const [xus] = currencies;
  expect(xus).toMatchObject({
    custody: String(supply + fees + surplus),
    supply: String(supply),
    fees: String(fees),
    surplus: String(surplus),
  });
  expect(xus?.owed).toBe(xus?.paidSince);
};

describe("the key of a bridge", () => {
  let standby: StandbyEnclave;
  let stale: HandOver;
  let given: HandOver;

  it("is held by a second enclave before the first batch is signed, where the configuration asks for it", async () => {
    expect(waitedFor).toBe("refused/second-holder");
    await expectAllEnded();
  });

  it("isn't released without guardians' decision", async () => {
    standby = await bridge.startStandby();
    stale = handOver(bridge, "stale", standby);
    expect(await stale.propose()).toMatch(/^Hand-over 0x[0-9a-f]{64}\n/);
    expect(await stale.nonce()).toMatchObject({ code: 3, err: expect.stringMatching(/^handover\/undecided/m) });
    await expect(releaseDirectly(stale)).rejects.toMatchObject({ code: "refused/handover-undecided" });
  });

  it("isn't released before the public delay is over, nor given to another process than the one decided upon", async () => {
    await standby.child.kill();
    standby = await bridge.startStandby(standby);
    given = handOver(bridge, "given", standby);
    await given.propose();
    await openDesk(bridge).decide([`handover ${given.file}`]);
    const delayed = await eventually(async () => {
      const told = await given.nonce();
      return /^handover\/undecided/m.test(told.err) ? undefined : told;
    });
    expect(delayed).toMatchObject({ code: 3, err: expect.stringMatching(/^handover\/delayed: .* of active time/m) });
    const stranger = handOver(bridge, "given", await bridge.startStandby());
    expect(await stranger.release("none")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^handover\/receiver-restarted/m),
    });
  });

  it("goes on in another enclave when the first one is lost with its disk: nothing is lost, nothing done twice", async () => {
    await passDelay();
    const { out: nonce } = await eventually(async () => {
      const told = await given.nonce();
      return told.code === 0 ? told : undefined;
    });
    const vouched = await given.vouch(nonce);
    expect(await given.release(vouched)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/holds the key 0x[0-9a-f]{64}$/),
    });
    expect(await given.release(vouched)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/holds the key already$/),
    });
    const { holders } = await bridge.ask<DecisionsView>("/api/v1/decisions");
    expect(holders).toEqual([
      expect.stringMatching(/^Before genesis, .*at least one more/),
      expect.stringContaining("may hold the key by now"),
    ]);
    const shown = await pdiemDone("status", "--config", bridge.relayerFile);
    expect(shown).toContain(`guardians   not paused; decisions: 1, actions delayed: 0\nkey         ${holders[1]}\n`);

    const owed = newPayee();
    let withheld: string | undefined;
    gate.onSubmit((transaction) => {
      if (transaction.includes(toHex(owed))) withheld ??= transaction;
      return "withhold";
    });
    await withdraw(owed, newPayee());
    const kept = await eventually(() => withheld);
    await withdraw(newPayee());
    await deposit();
    const { key } = bridge.enclave();
    await bridge.destroyEnclave();
    expect(existsSync(`${bridge.folder}/enclave`)).toBe(false);
    gate.onSubmit(() => "forward");
    await bridge.switchTo(standby);

    await bridge.enclave().child.kill();
    expect((await bridge.restartEnclave()).key).toEqual(key);
    await withdraw(newPayee());
    await deposit();
    await expectAllEnded();
    await expectBooksToBalance();
    expect(await rpcError(bridge.chains.diem.url, "submit", [kept])).toMatchObject({
      message: expect.stringMatching(/SEQUENCE_NUMBER_TOO_OLD|TRANSACTION_EXPIRED/),
    });
  });
});
