/** What a whole bridge says while something is in its way, and what becomes of what waits. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { tokenDoor } from "@pdiem/devnet/local-bridge/guarded-door";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import { withdrawalId } from "@pdiem/relayer/sync/transfers/transfer-id";
import { type ReadinessView, readinessView } from "@pdiem/relayer/views/readiness-view";
import type { TransferView } from "@pdiem/relayer/views/transfer-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALERTS_WATCHED, expectAlerts } from "../infra/support/expect-alerts.js";
import { emptyRedis } from "./support/empty-redis.js";
import { pdiemDone } from "./support/pdiem.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { isSoak } from "./support/soak.js";
import { accountOf, createHolder, type Holder } from "./support/withdrawals.js";

const AMOUNT = 1_000_000n;

let bridge: RelayedBridge;
let holder: Holder;
let paid = 0;

beforeAll(async () => {
  bridge = await startRelayedBridge({ door: tokenDoor });
  holder = await createHolder(bridge);
});
afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
});

const pay = async (account: Uint8Array = randomBytes(32), amount = AMOUNT): Promise<number> => {
  expect((await bridge.pay("XUS", amount, rawFor(account))).status).toBe("executed");
  return paid++;
};

const outcomeOf = (id: string): Promise<string> =>
  eventually(
    async () => (await bridge.ask<TransferView>(`/api/v1/transfers/${id}`).catch(() => undefined))?.result?.outcome,
  );

const ready = async (): Promise<ReadinessView> =>
  readinessView.parse(await (await fetch(`${bridge.relayerUrl}/readyz`)).json());

const obstacle = (code: string) => eventually(async () => (await ready()).obstacles.find((one) => one.code === code));

const goesOn = () => eventually(async () => ((await ready()).status === "ready" ? true : undefined));

const waitsFor = (id: string, words: RegExp) =>
  eventually(async () => {
    const { waitingFor } = (await bridge.ask<TransferView>(`/api/v1/transfers/${id}`).catch(() => undefined)) ?? {};
    return waitingFor !== undefined && words.test(waitingFor) ? waitingFor : undefined;
  });

const status = (): Promise<string> => pdiemDone("status", "--config", bridge.relayerFile);

interface Line {
  readonly msg: string;
  readonly transfer?: string;
  readonly release?: string | number;
}

const logLines = (): readonly Line[] =>
  readFileSync(join(bridge.folder, "relayer.log"), "utf8")
    .split("\n")
    .flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Line] : []));

const preimageTo = (payee: Uint8Array): WithdrawalPreimage => ({
  payee,
  subaddress: undefined,
  refundAccount: holder.account,
});

/** Texts of everything that programs of this bridge have written or answer. */
const told = async (): Promise<string> => {
  const logs = ["relayer.log", "enclave.log"].map((name) => readFileSync(join(bridge.folder, name), "utf8"));
  const answers = ["/api/v1/status", "/readyz", "/metrics"].map(async (path) =>
    (await fetch(`${bridge.relayerUrl}${path}`)).text(),
  );
  return [...logs, ...(await Promise.all(answers)), await status()].join("\n");
};

describe("a bridge whose enclave's door asks for a token", () => {
  it("is ready, and tells nobody the token", async () => {
    await goesOn();
    const refused = await fetch(`${bridge.enclave().url}/v2/status`);
    expect([refused.status, await refused.json()]).toEqual([
      401,
      expect.objectContaining({ code: "request/unauthorized" }),
    ]);
    const token = readFileSync(join(bridge.folder, "door", "token"), "utf8").trim();
    expect(await told()).not.toContain(token);
    expect(await told()).not.toContain(Buffer.from(token).toString("base64"));
  });
});

describe("a bridge with something in its way", () => {
  it("says that the enclave is dead: at once, everywhere, and on each transfer", async () => {
    await goesOn();
    await bridge.enclave().child.kill();
    const number = await pay(holder.account, 20n * AMOUNT);
    expect((await obstacle("enclave/unreachable")).text).toContain("127.0.0.1");
    await waitsFor(`deposit-${number}`, /^the enclave \(enclave\/unreachable\)$/);
    expect(await status()).toMatch(/^obstacle {4}enclave\/unreachable: .*To do: start the enclave/m);
    await bridge.restartEnclave();
    await goesOn();
    expect(await outcomeOf(`deposit-${number}`)).toBe("minted");
  });

  it("says that a queue is paused, and goes on once it is resumed", async () => {
    const put = (what: string) => fetch(`${bridge.relayerUrl}/queues/api/queues/settlement/${what}`, { method: "PUT" });
    await put("pause");
    await obstacle("queues/paused");
    const number = await pay();
    await waitsFor(`deposit-${number}`, /queues settlement, which were paused$/);
    expect(await status()).toContain("queues/paused");
    expect(await status()).toMatch(new RegExp(`^open {8}deposit-${number}: waits for somebody to resume`, "m"));
    expect(JSON.stringify(await bridge.ask("/api/v1/status"))).toContain('"pausedQueues":["settlement"]');
    await put("resume");
    await goesOn();
    expect(await outcomeOf(`deposit-${number}`)).toBe("minted");
  });

  it("says that Diem's treasury has frozen custody, on what was paid before, too", async () => {
    const { association } = bridge.chains.diem;
    const { custody } = bridge.config.diem;
    await bridge.enclave().child.kill();
    const number = await pay();
    association.freeze(custody);
    await bridge.restartEnclave();
    expect((await obstacle("custody/frozen")).todo).toContain("treasury");
    await waitsFor(`deposit-${number}`, /^Diem's treasury to unfreeze custody$/);
    expect(await status()).toMatch(/^standstill {2}all waits for Diem's treasury to unfreeze custody$/m);
    await expectAlerts(bridge.relayerUrl, "PdiemCustodyFrozen", "PdiemDepositWaits");
    association.unfreeze(custody);
    await goesOn();
    expect(await outcomeOf(`deposit-${number}`)).toBe("minted");
  });
});

describe("what nobody could spend", () => {
  it("goes back to its sender: for the zero account, the issuer, and custody's address as an account", async () => {
    const { issuer } = await bridge.ask<{ issuer: string }>("/api/v1/status");
    const custody = Buffer.from(bridge.config.diem.custody);
    const half = Buffer.alloc(16);
    const accounts = [
      new Uint8Array(32),
      Buffer.from(issuer.slice(2), "hex"),
      Buffer.concat([custody, half]),
      Buffer.concat([half, custody]),
    ];
    for (const account of accounts) {
      const asked = bridge.ask("/api/v1/accounts", { account: toHex(account) });
      await expect(asked).rejects.toThrow("refused/unspendable");
    }
    const numbers: number[] = [];
    for (const account of accounts) numbers.push(await pay(account));
    for (const number of numbers) expect(await outcomeOf(`deposit-${number}`)).toBe("refunded");
    expect(await bridge.balances("XUS", accounts)).toEqual(accounts.map(() => 0n));
  });
});

describe("a withdrawal", () => {
  it("told through the API alone is paid after Redis was emptied, and can be followed in the log by its id", async () => {
    const payee = createAccount(bridge.chains.diem, 0n, "A payee");
    const preimage = preimageTo(payee.address);
    await bridge.ask("/api/v1/withdrawals", { payee: toHex(payee.address), refundAccount: toHex(holder.account) });
    await bridge.relayer().kill();
    await emptyRedis(bridge.redisUrl);
    await holder.send({ preimage, amount: 2n * AMOUNT });
    await bridge.restartRelayer();
    const id = withdrawalId(toHex(accountOf(bridge, preimage)), "XUS", 0);
    expect(await outcomeOf(id)).toBe("paid");
    const told = await eventually(() => {
      const lines = logLines().filter(({ transfer }) => transfer === id);
      return lines.some(({ msg }) => msg === "withdrawal ended") ? lines : undefined;
    });
    const steps = [
      "withdrawal seen",
      "transfer in a signed batch",
      "withdrawal burned",
      "payment signed",
      "payment proven",
      "withdrawal ended",
    ];
    expect(steps.filter((step) => told.some(({ msg }) => msg === step))).toEqual(steps);
    for (const step of ["withdrawal burned", "payment signed", "payment proven"])
      expect(told.find(({ msg }) => msg === step)?.release, step).toBeDefined();
  });

  it("that ended isn't logged again by a restart", async () => {
    await bridge.relayer().stop();
    const before = logLines().length;
    await bridge.restartRelayer();
    await goesOn();
    const again = logLines().slice(before);
    expect(again.some(({ msg }) => msg === "the bridge's history is read")).toBe(true);
    expect(again.filter(({ transfer }) => transfer !== undefined)).toEqual([]);
  });
});

describe.skipIf(!isSoak && !ALERTS_WATCHED)("chains that stand still for 45 s", () => {
  it("are told of, each by its name, and on each transfer, and go on", async () => {
    const act = (action: string) => fetch(`${bridge.chains.diem.faucetUrl}/-/devnet/${action}`, { method: "POST" });
    bridge.chains.assetHub.pause();
    await act("halt");
    await obstacle("parachain/halted");
    await obstacle("diem/halted");
    await expectAlerts(bridge.relayerUrl, "PdiemChainHalted");
    bridge.chains.assetHub.resume();
    await act("resume");
    await goesOn();
  });
});
